import { chains } from '@species/contracts'
import { SpeciesError, type Client } from '@species/sdk'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { changedPaths, withValue } from './config-paths.ts'
import { wrongUse } from './wrong-use.ts'

type Config = Readonly<Record<string, unknown>>
interface Version {
  readonly version: number
  readonly config: Config
}

const base = '/admin/v1/config'
const reason = ['!--reason <text>', 'why, in at least 8 characters; it is kept with the version'] as const
const chainOption = ['--chain <chain>', `only this chain: ${chains.join(', ')}`] as const

/** `config …`, `halt`, `resume`: the marketplace's configuration, for operators. */
export const configRows: readonly CommandRow[] = [
  {
    name: 'config get',
    usage: '[path]',
    summary: 'print the configuration, or one value of it',
    details: 'A path is written with points: chains.ETH.confirmations.',
    options: [['--version <number>', 'this version instead of the newest']],
    async run(call: CommandCall): Promise<void> {
      const {
        args: [path],
        options,
      } = call
      const asked = options.text('version')
      const { version, config } = await call.over('operator', ({ client }) =>
        asked === undefined ? newest(client) : versionOf(client, asked),
      )
      const value = path === undefined ? config : path.split('.').reduce<unknown>(step, config)
      if (value === undefined) throw wrongUse(`There is no ${String(path)} in version ${version}.`)
      const words = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)
      call.print(path === undefined ? { version, config } : value, words)
    },
  },
  {
    name: 'config set',
    usage: '<path> <value>',
    summary: 'change one value of the configuration',
    details:
      'Makes a new version. Events accepted before keep theirs. Text is written as it is, everything else as JSON:\n  species config set treasuryPrice 1.25 --reason "price of December"\n  species config set chains.ETH.depositAddresses \'["0x…"]\' --reason "our own address"',
    options: [reason],
    async run(call: CommandCall): Promise<void> {
      const {
        args: [path = '', value = ''],
        options,
      } = call
      const { before, after } = await call.over('operator', ({ client }) =>
        change(client, options.needed('reason'), (config) => withValue(config, path, value)),
      )
      const changes = changedPaths(before.config, after.config)
      call.print({ version: after.version, changes }, `Version ${after.version}:\n${inLines(changes)}`)
    },
  },
  {
    name: 'config history',
    summary: 'who changed the configuration, when and why',
    options: [
      ['--limit <number>', 'how many', '20'],
      ['--before <version>', 'only older ones'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const query = new URLSearchParams({ limit: options.needed('limit') })
      const before = options.text('before')
      if (before !== undefined) query.set('before', before)
      const { versions } = (
        await call.over('operator', ({ client }) => client.request('GET', `${base}/versions?${query.toString()}`))
      ).body as { versions: { version: number; changedAt: string; changedBy: string; reason: string }[] }
      const lines = versions.map((one) => `${one.version}  ${one.changedAt}  ${one.changedBy}: ${one.reason}`)
      call.print(versions, lines.length === 0 ? 'There are none.' : lines.join('\n'))
    },
  },
  {
    name: 'config diff',
    usage: '[older] [newer]',
    summary: 'what has changed between two versions',
    details: 'Without versions: what the newest changed. With one: what has changed since.',
    async run(call: CommandCall): Promise<void> {
      const [older, newer] = call.args
      const [from, to] = await call.over('operator', async ({ client }) => {
        const to = newer === undefined ? await newest(client) : await versionOf(client, newer)
        return [await versionOf(client, older ?? String(Math.max(1, to.version - 1))), to] as const
      })
      const changes = changedPaths(from.config, to.config)
      const words = changes.length === 0 ? 'Nothing differs.' : inLines(changes)
      call.print({ from: from.version, to: to.version, changes }, `${from.version} → ${to.version}:\n${words}`)
    },
  },
  {
    name: 'halt',
    usage: '[what]',
    summary: 'stop trading, everything on one chain, or all payouts, at once',
    details:
      '`species halt payouts` stops money out: nothing is approved or sent any more, and what was sent is followed. Otherwise, without --chain no new event is accepted and nothing is held; what was delivered is finished. With --chain no payment on that chain is claimed, whenever it was made: events wait and nothing is refused.',
    options: [chainOption, reason],
    run: (call) => turn(call, true),
  },
  {
    name: 'resume',
    usage: '[what]',
    summary: 'go on after a halt; of payouts: `species resume payouts`',
    options: [chainOption, reason],
    run: (call) => turn(call, false),
  },
]

const step = (value: unknown, part: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, part)
    ? (value as Record<string, unknown>)[part]
    : undefined

async function newest(client: Client): Promise<Version> {
  return (await client.request('GET', base)).body as Version
}

async function versionOf(client: Client, version: string): Promise<Version> {
  if (!/^[1-9]\d{0,14}$/.test(version)) throw wrongUse(`${version} is not a version: write its number.`)
  return (await client.request('GET', `${base}/versions/${version}`)).body as Version
}

/** Changes the newest version. Fails if another operator changed it meanwhile, so that no change is lost. */
async function change(
  client: Client,
  why: string,
  make: (config: Config) => Config,
): Promise<{ before: Version; after: Version }> {
  const before = await newest(client)
  const body = { config: make(before.config), reason: why }
  const after = (await client.request('PUT', base, body, { 'if-match': `"${before.version}"` })).body as Version
  return { before, after }
}

async function turn(call: CommandCall, halt: boolean): Promise<void> {
  const {
    args: [target],
    options,
  } = call
  const chain = options.text('chain')
  if (target !== undefined) {
    if (target !== 'payouts' || chain !== undefined)
      throw wrongUse('Name nothing for trading, --chain for a chain, or `payouts` for all money out.')
    await turnPayouts(call, halt)
    return
  }
  const [path, value] = chain === undefined ? ['trading', halt ? 'off' : 'on'] : [`chains.${chain}.halted`, `${halt}`]
  const { before, after } = await call.over('operator', ({ client }) =>
    insist(() => change(client, options.needed('reason'), (config) => withValue(config, path, value))),
  )
  const what = chain === undefined ? 'Trading' : chain
  const changes = changedPaths(before.config, after.config)
  const already = changes.length === 0 ? ' already' : ''
  const words = `${what} is${already} ${halt ? 'halted' : 'on'} (version ${after.version}).`
  call.print({ version: after.version, changes }, words)
}

async function turnPayouts(call: CommandCall, halt: boolean): Promise<void> {
  const path = `/admin/v1/payout-halts${halt ? '' : '/resume'}`
  const body = { reason: call.options.needed('reason') }
  const answer = (await call.over('operator', ({ client }) => client.request('POST', path, body))).body
  call.print(answer, halt ? 'Payouts are halted.' : 'Payouts are on.')
}

/** A halt does not depend on what others change: it is made again on their version. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof SpeciesError) || error.code !== 'precondition_failed' || round === 5) throw error
    }
  }
}

function inLines(changes: readonly { path: string; from: unknown; to: unknown }[]): string {
  const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))
  return changes.map(({ path, from, to }) => `  ${path}: ${shown(from)} → ${shown(to)}`).join('\n')
}
