import type { OperatorRole } from '@species/contracts'
import type { Asset } from '@species/kernel'

/** How a difference can be closed by people. `reason`: by saying why it stays. `booking`: by booking it as what it was. */
type Closing = 'reason' | 'booking'

interface ClassFacts {
  /** What it is, for a reader. */
  readonly what: string
  /** Whose it is to solve: the least role. */
  readonly owner: OperatorRole
  /** Whether a later comparison that does not find it closes it. */
  readonly heals: boolean
  readonly closing: readonly Closing[]
  /** What to do. */
  readonly remedy: string
}

/** Every kind of difference. What the tables, the metrics and the runbooks name is named here. */
const differenceClasses = {
  user_vault: {
    what: 'a user’s vault does not hold what the ledger says',
    owner: 'operator',
    heals: true,
    closing: [],
    remedy:
      'Nothing: the cashier books what moved outside. If it stays, the vault has less than events hold; see those.',
  },
  market_vault: {
    what: 'a vault of the market does not hold what the ledger says',
    owner: 'treasurer',
    heals: true,
    closing: [],
    remedy: 'Ask Onli Cloud for the operations of that vault. It is over when the vault is right.',
  },
  chain_balance: {
    what: 'our wallets on a chain do not hold what the ledger says',
    owner: 'treasurer',
    heals: true,
    closing: ['reason', 'booking'],
    remedy:
      'Find the transfer. A balance that was there before the marketplace is booked to the treasury; other money is booked as what it was.',
  },
  suspense_balance: {
    what: 'suspense does not hold what the unexplained deposits say',
    owner: 'treasurer',
    heals: true,
    closing: [],
    remedy: 'A fault of ours: compare `species deposits list --unexplained` with the statement of the account.',
  },
  unexplained_outflow: {
    what: 'money left a wallet of ours, and no payout and no move between our wallets explains it',
    owner: 'treasurer',
    heals: true,
    closing: ['booking'],
    remedy:
      'Payouts are halted. Find out who signed it. Name its hash for its payout, add the recipient to ourWallets if it is ours, or book it.',
  },
  book_balance: {
    what: 'an account in Firefly III shows something that was not written by us',
    owner: 'operator',
    heals: true,
    closing: ['reason'],
    remedy: 'Undo in Firefly III what was entered there by hand.',
  },
  book_refused: {
    what: 'Firefly III refuses an entry',
    owner: 'operator',
    heals: true,
    closing: [],
    remedy: 'Mend the cause in Firefly III, then: species mirror retry.',
  },
  payment_differs: {
    what: 'a claimed payment is not in the ledger as it is claimed, or a booked one was never claimed',
    owner: 'treasurer',
    heals: true,
    closing: ['reason'],
    remedy: 'A fault of ours: read the event with `species event show`, and the claim.',
  },
  receipt_differs: {
    what: 'a receipt says something that the ledger does not have',
    owner: 'treasurer',
    heals: false,
    closing: ['reason'],
    remedy: 'Compare the receipt with the postings of its event. A receipt is never changed.',
  },
  receipt_missing: {
    what: 'an event has settled in the ledger and has no receipt',
    owner: 'operator',
    heals: true,
    closing: ['reason'],
    remedy: 'Look for a dead letter of the floor-manager: species dead-letters list.',
  },
} as const satisfies Readonly<Record<string, ClassFacts>>

export type DifferenceClass = keyof typeof differenceClasses
export const differenceClassNames = Object.keys(differenceClasses) as [DifferenceClass, ...DifferenceClass[]]

export function factsOf(name: DifferenceClass): ClassFacts {
  return differenceClasses[name]
}

/** What one comparison has found. */
export interface Finding {
  readonly class: DifferenceClass
  readonly subject: string
  readonly asset?: Asset
  /** By how much the other side is above the ledger: micro-USDT or units. */
  readonly amount?: bigint
  readonly cause: string
  readonly facts: Readonly<Record<string, string>>
  /** False where the comparison may be early: it counts once it is found again, some minutes later. */
  readonly isSure: boolean
}

/** A suspicion counts when it is found again after this. */
export const confirmAfterMs = 240_000
