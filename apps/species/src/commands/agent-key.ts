import { generateEd25519 } from '@species/sdk/node'
import type { CommandCall } from './command-call.ts'
import type { CommandRow, OptionRow } from './command-row.ts'

/** Limits of a key, as options of the command. */
const limits: readonly (readonly [name: string, option: OptionRow])[] = [
  ['usdtPerTrade', ['--usdt-per-trade <usdt>', 'USDT that one event may move, with its fee']],
  ['usdtPerHour', ['--usdt-per-hour <usdt>', 'the same, in any 60 minutes']],
  ['usdtPerDay', ['--usdt-per-day <usdt>', 'the same, in any 24 hours']],
  ['unitsPerTrade', ['--units-per-trade <units>', 'units that one event may move']],
  ['unitsPerHour', ['--units-per-hour <units>', 'the same, in any 60 minutes']],
  ['unitsPerDay', ['--units-per-day <units>', 'the same, in any 24 hours']],
]
const lists: readonly (readonly [name: string, option: OptionRow])[] = [
  ['intents', ['--intents <intents>', 'what it may do, such as BUY_TREASURY,BUY_MARKET; default everything']],
  ['counterparties', ['--counterparties <names>', 'with whom it may deal; default everyone']],
]

/** `keys create`: a key for a program that its owner does not trust with everything. */
export const agentKeyRow: CommandRow = {
  name: 'keys create',
  summary: 'make a limited key for an agent or another program, and print it',
  details:
    'It is an Ed25519 key that reads and, unless --read-only, trades within the limits. The private half is printed once and kept nowhere. Revoke it with `keys revoke`.',
  options: [
    ['!--as <onliId>', 'for whom the program acts'],
    ['--read-only', 'it cannot trade'],
    ['--expires <time>', 'when it ends, such as 2027-01-31T00:00:00Z'],
    ...limits.map(([, option]) => option),
    ...lists.map(([, option]) => option),
  ],
  async run(call: CommandCall): Promise<void> {
    const { options } = call
    const { publicKey, privateKey } = generateEd25519()
    const given: [string, unknown][] = [
      ...limits.flatMap(([name]) => pairOf(name, options.text(name))),
      ...lists.flatMap(([name]) => pairOf(name, options.text(name)?.split(','))),
    ]
    const expiresAt = options.text('expires')
    const wanted = {
      alg: 'ed25519',
      publicKey,
      scopes: options.has('readOnly') ? ['read'] : ['read', 'trade'],
      ...(given.length === 0 ? {} : { limits: Object.fromEntries(given) as object }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    }
    const { body } = await call.over(options.needed('as'), ({ client }) =>
      client.request('POST', '/marketplace/v1/keys', wanted),
    )
    const { keyId } = body as { keyId: string }
    call.print(
      { ...(body as object), privateKey },
      `MARKETPLACE_KEY_ID=${keyId}\nMARKETPLACE_PRIVATE_KEY=${privateKey}`,
    )
  },
}

function pairOf<T>(name: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[name, value]]
}
