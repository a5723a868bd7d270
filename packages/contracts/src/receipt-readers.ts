import type { JsonPath } from '@species/kernel'
import type { Receipt } from './receipt.ts'

/**
 * Who may read a field of a receipt, beside operators, who read all:
 * - `parties`: everybody who is a party to it. These fields are open in the signed payload; the others are hidden in it.
 * - `owner`: whose event it is.
 * - `receiver`: who gets the units by a transfer; of any other intent the owner.
 * - `ends`: the owner and the receiver, but no seller, who would learn what others sold.
 * - `named`: the owner, and the one whom the item names. What names the owner is for all parties.
 * - `self`: the one whom the item names, alone.
 */
export type Readers = 'parties' | 'owner' | 'receiver' | 'ends' | 'named' | 'self'

/**
 * The one table of who may read what. `[]` stands for an item of a list. A field that is not here is read with what it is in. What
 * a newer version writes at the top is for operators alone.
 */
export const receiptReaders: Readonly<Record<string, Readers | ((value: unknown) => Readers)>> = {
  receiptId: 'parties',
  supersedes: 'parties',
  eventId: 'parties',
  eventKey: 'parties',
  owner: 'parties',
  status: 'parties',
  state: 'parties',
  sandbox: 'parties',
  intent: 'parties',
  lapsed: 'parties',
  agent: 'owner',
  units: 'ends',
  parties: 'parties',
  'parties[]': 'named',
  'parties[].species': 'self',
  'parties[].usdt': 'self',
  price: 'owner',
  payments: 'owner',
  paidFrom: 'owner',
  paidFromProceeds: 'owner',
  credited: 'owner',
  fills: 'parties',
  'fills[]': 'named',
  listingId: 'parties',
  ledgerTransferIds: 'parties',
  // A payment's id holds the hash of its transaction.
  'ledgerTransferIds[]': (id) => (String(id).startsWith('payment:') ? 'owner' : 'parties'),
  delivery: 'ends',
  'delivery.fromVault': 'owner',
  'delivery.toVault': 'receiver',
  oracle: 'ends',
  'oracle.ownerVault': 'receiver',
  'oracle.reason': 'owner',
  refusal: 'parties',
  'refusal.code': 'parties',
  'refusal.title': 'parties',
  'refusal.retryable': 'parties',
  'refusal.detail': 'owner',
  'refusal.by': 'owner',
  times: 'parties',
  issuedAt: 'parties',
}

/** The name in {@link receiptReaders} of what stands at this path. */
export function receiptField(path: JsonPath): string {
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[]` : name === '' ? part : `${name}.${part}`),
    '',
  )
}

/** Whether a field is hidden in the signed payload, to be told only to some. */
export function isHiddenInReceipt(receipt: Receipt, path: JsonPath): boolean {
  return ownReaders(receipt, path) !== 'parties'
}

/** Whether this user, a party to the receipt, may read what stands at this path: it, and all that it is in. */
export function mayReadOfReceipt(receipt: Receipt, path: JsonPath, onliId: string): boolean {
  return path.every((_part, index) => isReader(receipt, path.slice(0, index + 1), onliId))
}

function isReader(receipt: Receipt, path: JsonPath, onliId: string): boolean {
  const owner = ownerOf(receipt)
  const receiver = receipt.parties.find((party) => party.role === 'receiver')?.onliId ?? owner
  switch (ownReaders(receipt, path)) {
    case 'parties':
      return true
    case 'owner':
      return onliId === owner
    case 'receiver':
      return onliId === receiver
    case 'ends':
      return onliId === owner || onliId === receiver
    case 'named': {
      const name = nameIn(receipt, path)
      return onliId === owner || onliId === name || name === owner
    }
    case 'self':
      return onliId === nameIn(receipt, path)
    case 'operators':
      return false
  }
}

function ownReaders(receipt: Receipt, path: JsonPath): Readers | 'operators' {
  const readers = receiptReaders[receiptField(path)]
  if (readers === undefined) return path.length === 1 ? 'operators' : 'parties'
  return typeof readers === 'function' ? readers(valueAt(receipt, path)) : readers
}

/** Whose event it is; of an event that the marketplace minted, whose units it is about. */
function ownerOf(receipt: Receipt): string | undefined {
  return receipt.owner === 'market' ? receipt.parties[0]?.onliId : receipt.owner
}

/** Whom the item of a list names, or the item that the path is in. */
function nameIn(receipt: Receipt, [list, place]: JsonPath): string | undefined {
  const item = valueAt(receipt, [list ?? '', place ?? '']) as { onliId?: string; seller?: string } | undefined
  return item?.onliId ?? item?.seller
}

function valueAt(receipt: Receipt, path: JsonPath): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<string | number, unknown> | undefined)?.[part], receipt)
}
