import type { Command } from 'commander'
import { addressRows } from './address.ts'
import { agentRows } from './agent.ts'
import { administrationRows } from './administration.ts'
import { approvalRows } from './approvals.ts'
import { auditRows } from './audit.ts'
import { backupRows } from './backup.ts'
import { type CommandRow, addRows } from './command-row.ts'
import { configRows } from './config.ts'
import { deadLetterRows } from './dead-letters.ts'
import { depositRows } from './deposits.ts'
import { mirrorRows } from './mirror.ts'
import { eventRows } from './event.ts'
import { keyRows } from './keys.ts'
import { kpiRows } from './kpi.ts'
import { marketRows } from './market.ts'
import { mcpRows } from './mcp.ts'
import { moralisRows } from './moralis.ts'
import { operationRows } from './operator.ts'
import { peopleRows } from './operators.ts'
import { partnerRows } from './partners.ts'
import { payoutRows } from './payout.ts'
import { proposalRows } from './proposals.ts'
import { quoteRows } from './quote.ts'
import { receiptKeyRows } from './receipt-keys.ts'
import { receiptRows } from './receipt.ts'
import { serveRows } from './serve.ts'
import { reconcileRows } from './reconcile.ts'
import { settingsRows } from './settings.ts'
import { splitRows } from './split.ts'
import { solvencyRows } from './solvency.ts'
import { statementRows } from './statement.ts'
import { tradeRows } from './trade.ts'
import { inviteRows } from './invite.ts'
import { userRows } from './user.ts'
import { webhookRows } from './webhook.ts'
import { walletTransferRows } from './wallet-transfers.ts'
import { walletRows } from './wallet.ts'

/** Every command of the program, in the order of its help. */
export const rows: readonly CommandRow[] = [
  ...serveRows,
  ...splitRows,
  ...tradeRows,
  ...quoteRows,
  ...marketRows,
  ...eventRows,
  ...receiptRows,
  ...walletRows,
  ...addressRows,
  ...payoutRows,
  ...webhookRows,
  ...mcpRows,
  ...agentRows,
  ...approvalRows,
  ...keyRows,
  ...userRows,
  ...inviteRows,
  ...administrationRows,
  ...depositRows,
  ...moralisRows,
  ...configRows,
  ...operationRows,
  ...reconcileRows,
  ...statementRows,
  ...solvencyRows,
  ...backupRows,
  ...kpiRows,
  ...walletTransferRows,
  ...deadLetterRows,
  ...partnerRows,
  ...mirrorRows,
  ...peopleRows,
  ...receiptKeyRows,
  ...proposalRows,
  ...auditRows,
  ...settingsRows,
]

/** What a group of commands is about, for the list of commands. */
const groups: Readonly<Record<string, string>> = {
  event: 'send events and see how they stand',
  quote: 'prices that are fixed for a while, with an address to pay to',
  receipt: 'read and verify receipts',
  'receipt-key': 'the keys that receipts are signed with',
  wallet: 'addresses whose payments are a user’s',
  address: 'addresses that a user’s money can be sent to',
  payout: 'money that leaves',
  webhook: 'servers of a user that are told what becomes of their events',
  agent: 'programs that trade for a user, within mandates',
  key: 'make an API key',
  keys: 'the API keys of a user',
  user: 'users of the marketplace',
  invitation: 'links by which people come in',
  pool: 'the liquidity pool',
  deposits: 'what came in at our addresses',
  moralis: 'the streams by which Moralis tells of payments',
  config: 'the configuration of the marketplace',
  review: 'events that wait for a person',
  solvency: 'what users are owed, and what is there for it',
  differences: 'what differs between the ledger and everything else',
  'wallet-transfers': 'requests to transfer a wallet to which its owner objects',
  'dead-letters': 'messages that failed alone too often, and wait for you',
  operator: 'the people who run the marketplace, and their keys',
  proposals: 'actions of operators that wait for a second person',
  audit: 'what operators did',
  settings: 'the settings of this process',
}

/** Adds every command to the program. */
export function addCommands(program: Command, around: Parameters<typeof addRows>[3]): void {
  addRows(program, rows, groups, around)
}
