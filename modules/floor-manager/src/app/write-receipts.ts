import { type Dossier, type EndNotice, type Receipt, catalogueEntry, partiesOf, receiptIdOf } from '@species/contracts'
import type { Message, Outgoing } from '@species/bus'
import { end } from '@species/flow'
import { toTimestamp } from '@species/platform'
import {
  type ReceiptRow,
  insertReceipts,
  readFirstReceipts,
  readNewestReceipt,
  readReversals,
  recordReversals,
} from '../adapters/receipt-rows.ts'
import {
  type AfterReversal,
  type ReceiptFrame,
  completedReceipt,
  failedReceipt,
  supersedingReceipt,
} from '../domain/receipt.ts'
import type { FloorManagerDeps } from './deps.ts'
import { observeEnd } from './observe-end.ts'

/** Signs and stores the receipts of settled events; each once, whatever is repeated. */
export async function writeCompleted(
  deps: FloorManagerDeps,
  batch: readonly Message<'settled'>[],
): Promise<Outgoing[]> {
  const rows = await firstReceipts(deps, batch, (body, frame) => completedReceipt(body, frame))
  const reversed = await readReversals(
    deps.database,
    batch.map((message) => message.key),
  )
  const disputes = await Promise.all(
    batch.filter((message) => reversed.has(message.key)).map((message) => supersede(deps, message, message.key)),
  )
  const completed = batch.flatMap((message) => {
    const row = rows.get(message.key)
    if (!row) return []
    return [end('completed', message, endOf(message.body, row))]
  })
  return [...completed, ...disputes.flat()]
}

/** Signs and stores the receipts of refused events. */
export async function writeFailed(deps: FloorManagerDeps, batch: readonly Message<'returned'>[]): Promise<Outgoing[]> {
  const rows = await firstReceipts(deps, batch, (body, frame) => failedReceipt(body, frame, catalogueEntry))
  // A payment that was reversed on the way back is no credit: the receipt is superseded as soon as it is written.
  const reversed = await readReversals(
    deps.database,
    batch.map((message) => message.key),
  )
  for (const message of batch) if (reversed.has(message.key)) await supersede(deps, message, message.key)
  return batch.flatMap((message) => {
    const row = rows.get(message.key)
    if (!row) return []
    return [end('failed', message, endOf(message.body, row))]
  })
}

/** A payment was taken back: the receipt of its event is superseded, now or as soon as it is written. */
export async function writeDisputes(
  deps: FloorManagerDeps,
  batch: readonly Message<'payment.reversed'>[],
): Promise<Outgoing[]> {
  const eventKeys = [...new Set(batch.map((message) => message.body.eventKey))]
  await recordReversals(deps.database, eventKeys, deps.clock.now())
  const written = await Promise.all(batch.map((message) => supersede(deps, message, message.body.eventKey)))
  return written.flat()
}

function endOf(dossier: Dossier, { receiptId }: ReceiptRow): EndNotice {
  const { eventKey, owner, eventId, intent } = dossier
  return {
    eventKey,
    owner,
    eventId,
    ...(intent === undefined ? {} : { intent }),
    receiptId,
    parties: partiesOf(dossier),
  }
}

/** The first receipts of a batch, written now or before: hardly any is there already, so it is written first and read where it was. */
async function firstReceipts<T extends 'settled' | 'returned'>(
  deps: FloorManagerDeps,
  batch: readonly Message<T>[],
  build: (body: Message<T>['body'], frame: ReceiptFrame) => Receipt,
): Promise<Map<string, ReceiptRow>> {
  const nowMs = deps.clock.now()
  const written = batch.map((message) => {
    const state = message.topic === 'settled' ? 'completed' : 'failed'
    const dossier = message.body as Dossier
    const timed = { ...message.body, times: { ...dossier.times, [state]: nowMs } } as Message<T>['body']
    return signed(deps, build(timed, frameOf(deps, receiptIdOf(message.key), nowMs)), 1, nowMs)
  })
  const inserted = await insertReceipts(deps.database, written)
  for (const [index, row] of written.entries()) {
    const message = batch[index]
    if (message && inserted.has(row.receiptId)) observeEnd(deps, message, row)
  }
  const before = written.filter((row) => !inserted.has(row.receiptId)).map((row) => row.eventKey)
  const known = before.length === 0 ? new Map<string, ReceiptRow>() : await readFirstReceipts(deps.database, before)
  return new Map(written.map((row) => [row.eventKey, known.get(row.eventKey) ?? row]))
}

/** Writes the next revision, if there is another truth now than the newest receipt says; tells again that an event is disputed. */
async function supersede(deps: FloorManagerDeps, cause: { trace: string }, eventKey: string): Promise<Outgoing[]> {
  const newest = await readNewestReceipt(deps.database, eventKey)
  if (!newest) return []
  const { receipt: before } = deps.signer.open(newest.jws)
  const nowMs = deps.clock.now()
  const revision = newest.revision + 1
  const frame = frameOf(deps, receiptIdOf(eventKey, revision), nowMs)
  const next = supersedingReceipt(before, await afterReversal(deps, before), frame)
  if (next) {
    const inserted = await insertReceipts(deps.database, [signed(deps, next, revision, nowMs)])
    // Another process wrote that revision, perhaps before it could know what we know.
    if (inserted.size === 0) return await supersede(deps, cause, eventKey)
  }
  if (before.state === 'failed' || (before.state === 'completed' && next === undefined)) return []
  const { owner, eventId, intent } = before
  const { receiptId } = next ?? before
  const parties = [...newest.parties]
  const named = intent === undefined ? {} : { intent }
  return [end('disputed', cause, { eventKey, owner, eventId, ...named, receiptId, parties })]
}

async function afterReversal(deps: FloorManagerDeps, before: Receipt): Promise<AfterReversal> {
  const { cashier } = deps.queries
  const paidBy = before.ledgerTransferIds.filter((id) => id.startsWith('payment:'))
  return {
    creditedMicro: before.state === 'failed' ? await cashier.creditedMicro(before.eventKey) : 0n,
    reversedIds: before.state === 'disputed' ? [] : await cashier.reversedAmong(paidBy),
  }
}

function signed(deps: FloorManagerDeps, receipt: Receipt, revision: number, nowMs: number): ReceiptRow {
  const parties = [
    ...new Set([
      ...(receipt.owner === 'market' ? [] : [receipt.owner]),
      ...receipt.parties.map((party) => party.onliId),
    ]),
  ]
  return {
    receiptId: receipt.receiptId,
    eventKey: receipt.eventKey,
    revision,
    owner: receipt.owner,
    parties,
    state: receipt.state,
    jws: deps.signer.sign(receipt),
    issuedAtMs: nowMs,
  }
}

function frameOf(deps: FloorManagerDeps, receiptId: string, nowMs: number): ReceiptFrame {
  return { receiptId, sandbox: deps.sandbox, issuedAt: toTimestamp(nowMs), iso: toTimestamp }
}
