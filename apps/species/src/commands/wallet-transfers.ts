import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import type { WalletTransfer } from './wallet.ts'
import { wrongUse } from './wrong-use.ts'

type Objection = WalletTransfer & { readonly from: string; readonly to: string }

const base = '/admin/v1/wallet-transfers'

/** `wallet-transfers …`: requests to transfer a wallet to which its owner objects, for operators. */
export const walletTransferRows: readonly CommandRow[] = [
  {
    name: 'wallet-transfers list',
    isDefault: true,
    summary: 'list those to which the owner objects, oldest first',
    async run(call: CommandCall): Promise<void> {
      const { body } = await call.over('operator', ({ client }) => client.request('GET', base))
      const { transfers } = body as { transfers: Objection[] }
      const lines = transfers.map(
        (one) => `${one.transferId}  ${one.address}  from ${one.from} to ${one.to}, since ${one.requestedAt}`,
      )
      call.print(transfers, lines.length === 0 ? 'Nothing waits for you.' : lines.join('\n'))
    },
  },
  {
    name: 'wallet-transfers decide',
    usage: '<transferId> <decision>',
    summary: 'decide one',
    details:
      'Decisions: transfer, and the newer prover owns the wallet from now on; keep, and the owner keeps it, and that user cannot ask again.',
    options: [['!--reason <text>', 'why, in at least 8 characters; it is kept']],
    async run(call: CommandCall): Promise<void> {
      const [transferId = '', decision = ''] = call.args
      if (decision !== 'transfer' && decision !== 'keep') throw wrongUse('A decision is transfer or keep.')
      const { body } = await call.over('operator', ({ client }) =>
        client.request('POST', `${base}/${encodeURIComponent(transferId)}`, {
          decision,
          reason: call.options.needed('reason'),
        }),
      )
      call.print(body, `Decided: ${decision}.`)
    },
  },
]
