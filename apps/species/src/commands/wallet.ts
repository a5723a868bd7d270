import type { CommandRow } from './command-row.ts'
import type { Client } from '@species/sdk'
import type { CommandCall } from './command-call.ts'
import { wrongUse } from './wrong-use.ts'

interface Challenge {
  readonly challengeId: string
  readonly message: string
  readonly expiresAt: string
}
/** A request to transfer a wallet, as the API shows it. */
export interface WalletTransfer {
  readonly transferId: string
  readonly address: string
  readonly chains: readonly string[]
  readonly direction: 'incoming' | 'outgoing'
  readonly status: 'pending' | 'objected' | 'done' | 'kept'
  readonly requestedAt: string
  readonly takesEffectAt: string
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
    async run(call: CommandCall): Promise<void> {
      const [chain = '', address = ''] = call.args
      const [challengeId, signature] = [call.options.text('challenge'), call.options.text('signature')]
      if ((challengeId === undefined) !== (signature === undefined))
        throw wrongUse('--challenge and --signature belong together: give both, or none to get a challenge.')
      await call.over(call.options.needed('as'), async ({ client }) => {
        if (challengeId !== undefined) {
          await prove(call, client, { challengeId, signature })
          return
        }
        const challenge = (await client.request('POST', `${base}/challenges`, { chain, address })).body as Challenge
        const { ask } = call.terminal
        if (!ask || call.options.json) {
          const next = `wallet link ${chain} ${address} --as ${call.options.needed('as')} --challenge ${challenge.challengeId} --signature <hex>`
          const words = `${challenge.message}\n\nSign this text until ${challenge.expiresAt}, then:\n  ${call.hint(next)}`
          call.print(challenge, words)
          return
        }
        call.note(`Sign this text with the wallet, until ${challenge.expiresAt}:\n\n${challenge.message}\n`)
        await prove(call, client, { challengeId: challenge.challengeId, signature: await ask('Signature: ') })
      })
    },
  },
  {
    name: 'wallet list',
    summary: 'list the proven wallets of a user',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { wallets } = await walletsOf(call)
      call.print(wallets, wallets.length === 0 ? 'There are none.' : wallets.map(walletInWords).join('\n'))
    },
  },
  {
    name: 'wallet transfers',
    summary: 'list the requests to transfer a wallet: from the user, and to them',
    details:
      'Who proves a wallet that another user owns asks to transfer it. The wallet changes owner at the time shown, unless its owner objects before.',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { transfers } = await walletsOf(call)
      call.print(transfers, transfers.length === 0 ? 'There are none.' : transfers.map(transferInWords).join('\n'))
    },
  },
  {
    name: 'wallet object',
    usage: '<transferId>',
    summary: 'object to the transfer of a wallet of yours',
    details: 'It stays yours until an operator has decided. List the requests: species wallet transfers.',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const [transferId = ''] = call.args
      const path = `${base}/transfers/${encodeURIComponent(transferId)}/objection`
      await call.over(call.options.needed('as'), ({ client }) => client.request('POST', path))
      call.print({ transferId, status: 'objected' }, 'The wallet stays yours until an operator has decided.')
    },
  },
  {
    name: 'wallet release',
    usage: '<chain> <address>',
    summary: 'give a wallet up; another user may then prove it',
    details: 'An EVM address is given up on every EVM chain.',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const {
        args: [chain = '', address = ''],
        options,
      } = call
      const path = `${base}/${encodeURIComponent(chain)}/${encodeURIComponent(address)}`
      await call.over(options.needed('as'), ({ client }) => client.request('DELETE', path))
      call.print({ released: { chain, address } }, `${address} is no longer a wallet of ${options.needed('as')}.`)
    },
  },
]

function walletInWords({ address, chains, provenAt }: Wallet): string {
  return `${address}  ${chains.join(', ')}  proven ${provenAt}`
}

async function walletsOf(call: CommandCall): Promise<{ wallets: Wallet[]; transfers: WalletTransfer[] }> {
  const { body } = await call.over(call.options.needed('as'), ({ client }) => client.request('GET', base))
  return body as { wallets: Wallet[]; transfers: WalletTransfer[] }
}

/** Proves a wallet: it is the caller's, or where another user owns it, a request to transfer it is made. */
async function prove(call: CommandCall, client: Client, proof: object): Promise<void> {
  const proven = (await client.request('POST', base, proof)).body as Wallet | { transfer: WalletTransfer }
  if (!('transfer' in proven)) call.print(proven, walletInWords(proven))
  else
    call.print(
      proven,
      `Another user owns it. It becomes yours unless they object.\n${transferInWords(proven.transfer)}`,
    )
}

function transferInWords({ transferId, address, direction, status, takesEffectAt }: WalletTransfer): string {
  const stands = {
    pending: `takes effect ${takesEffectAt}`,
    objected: 'the owner objects; an operator decides',
    done: 'done',
    kept: 'refused: the owner keeps it',
  }[status]
  return `${transferId}  ${address}  ${direction === 'incoming' ? 'to you' : 'from you'}  ${stands}`
}
