import type { CommandCall, CommandRow } from './command-row.ts'
import { ask } from './confirm.ts'
import { over } from './connect.ts'
import { print } from './output.ts'
import { wrongUse } from './wrong-use.ts'

interface Challenge {
  readonly challengeId: string
  readonly message: string
  readonly expiresAt: string
}
interface Wallet {
  readonly address: string
  readonly chains: readonly string[]
  readonly provenAt: string
}

const base = '/marketplace/v1/wallets'
const as = ['!--as <onliId>', 'whose wallet'] as const

/** `wallet …`: addresses whose payments are a user's. */
export const walletRows: readonly CommandRow[] = [
  {
    name: 'wallet link',
    usage: '<chain> <address>',
    summary: 'prove that an address is yours, so that payments it sends are yours',
    details:
      'Prints a text, which the wallet signs (personal_sign on EVM chains, signMessageV2 on TRON), and asks for the signature. Without a terminal it takes two calls: the first prints the text and a challenge, the second gives --challenge and --signature. No private key is ever asked for.',
    options: [
      as,
      ['--challenge <id>', 'the challenge that was signed'],
      ['--signature <hex>', 'the signature, 65 bytes in hexadecimal'],
    ],
    async run({ args: [chain = '', address = ''], options }: CommandCall): Promise<void> {
      const [challengeId, signature] = [options.text('challenge'), options.text('signature')]
      if ((challengeId === undefined) !== (signature === undefined))
        throw wrongUse('--challenge and --signature belong together: give both, or none to get a challenge.')
      await over(options.needed('as'), async ({ client }) => {
        const prove = async (proof: object): Promise<void> => {
          const { body } = await client.request('POST', base, proof)
          print(options, body, walletInWords(body as Wallet))
        }
        if (challengeId !== undefined) {
          await prove({ challengeId, signature })
          return
        }
        const challenge = (await client.request('POST', `${base}/challenges`, { chain, address })).body as Challenge
        if (!process.stdin.isTTY || options.json) {
          const next = `species wallet link ${chain} ${address} --as ${options.needed('as')} --challenge ${challenge.challengeId} --signature <hex>`
          print(
            options,
            challenge,
            `${challenge.message}\n\nSign this text until ${challenge.expiresAt}, then:\n  ${next}`,
          )
          return
        }
        process.stderr.write(
          `Sign this text with the wallet, until ${challenge.expiresAt}:\n\n${challenge.message}\n\n`,
        )
        await prove({ challengeId: challenge.challengeId, signature: await ask('Signature: ') })
      })
    },
  },
  {
    name: 'wallet list',
    summary: 'list the proven wallets of a user',
    options: [as],
    async run({ options }: CommandCall): Promise<void> {
      const { wallets } = (await over(options.needed('as'), ({ client }) => client.request('GET', base))).body as {
        wallets: Wallet[]
      }
      print(options, wallets, wallets.length === 0 ? 'There are none.' : wallets.map(walletInWords).join('\n'))
    },
  },
  {
    name: 'wallet release',
    usage: '<chain> <address>',
    summary: 'give a wallet up; another user may then prove it',
    details: 'An EVM address is given up on every EVM chain.',
    options: [as],
    async run({ args: [chain = '', address = ''], options }: CommandCall): Promise<void> {
      const path = `${base}/${encodeURIComponent(chain)}/${encodeURIComponent(address)}`
      await over(options.needed('as'), ({ client }) => client.request('DELETE', path))
      print(options, { released: { chain, address } }, `${address} is no longer a wallet of ${options.needed('as')}.`)
    },
  },
]

function walletInWords({ address, chains, provenAt }: Wallet): string {
  return `${address}  ${chains.join(', ')}  proven ${provenAt}`
}
