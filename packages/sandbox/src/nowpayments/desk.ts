import { setTimeout as pause } from 'node:timers/promises'
import type { ChainTransaction } from '../chains/change.ts'
import type { FaultBoard } from '../faults/board.ts'
import type { World } from '../state/world.ts'
import type { Payment, PaymentStatus } from './entry.ts'
import { notification, signatureOf } from './shape.ts'

const lookEveryMs = 200
const answerMs = 3_000
/** The real one repeats after minutes, as it is set. */
const repeatsMs = [1_000, 2_000]
const keptNotifications = 200
const confirmations = 3

/** A notification as it was sent, and what was answered; undefined: nothing. */
export interface SentIpn {
  readonly paymentId: number
  readonly paymentStatus: PaymentStatus
  readonly url: string
  readonly body: string
  readonly signature: string
  status: number | undefined
}

export interface NowPaymentsDeps {
  readonly world: World
  readonly board: FaultBoard
  readonly closing: AbortSignal
  readonly log: (line: string, fields?: object) => void
}

/** Follows the payments that were made: sees what comes in at their addresses, and tells of each change. */
export class NowPaymentsDesk {
  readonly #deps: NowPaymentsDeps
  readonly #sent: SentIpn[] = []
  readonly #timer: NodeJS.Timeout
  /** A notification that is held back, so that a later one comes before it. */
  #heldBack: (() => Promise<unknown>)[] = []

  constructor(deps: NowPaymentsDeps) {
    this.#deps = deps
    this.#timer = setInterval(() => {
      this.#look()
    }, lookEveryMs)
    this.#timer.unref()
  }

  get sent(): readonly SentIpn[] {
    return this.#sent
  }

  close(): void {
    clearInterval(this.#timer)
  }

  put(payment: Payment): void {
    const { world } = this.#deps
    world.record({ t: 'np_payment', payment })
    world.commit()
  }

  /** The payment as it is now, and a notification of it. */
  change(payment: Payment, to: Partial<Payment>): Payment {
    const changed = { ...payment, ...to, updatedAt: this.#deps.world.now() }
    this.put(changed)
    this.#notify(changed).catch((error: unknown) => {
      if (!this.#deps.closing.aborted) this.#deps.log('sandbox: notification failed', { error: String(error) })
    })
    return changed
  }

  async replay(): Promise<number> {
    const before = [...this.#sent]
    for (const one of before) await this.#post({ ...one, status: undefined })
    return before.length
  }

  #look(): void {
    const { world } = this.#deps
    for (const payment of [...world.payments.values()]) {
      if (payment.parentId === undefined) this.#lookAt(payment)
    }
  }

  #lookAt(payment: Payment): void {
    const { world } = this.#deps
    const chain = world.chains[payment.chain]
    const deposits = chain
      .transactionsAbove(0)
      .filter((tx) => tx.success && valueTo(tx, payment, chain.profile.usdt) > 0n)
    const [first, ...later] = deposits
    if (payment.status === 'waiting' && first === undefined) {
      if (world.now() > payment.validUntil) this.change(payment, { status: 'expired' })
      return
    }
    if (first !== undefined) this.#follow(payment, first)
    for (const tx of later) this.#repeat(payment, tx)
  }

  /** One step each time, so that every status is told of. */
  #follow(payment: Payment, tx: ChainTransaction): void {
    const { world } = this.#deps
    const chain = world.chains[payment.chain]
    const value = valueTo(tx, payment, chain.profile.usdt)
    const depth = chain.head(world.now()) - tx.block + 1
    const due = BigInt(Math.round(payment.amount * 1e6)) * 10n ** BigInt(chain.profile.usdtDecimals - 6)
    const { status } = payment
    if (status === 'waiting')
      this.change(payment, { status: 'confirming', paidBaseUnits: value.toString(), payinHash: tx.hash })
    else if (status === 'confirming' && depth >= confirmations)
      this.change(payment, { status: value < due ? 'partially_paid' : 'confirmed' })
    else if (status === 'confirmed') this.change(payment, { status: 'sending' })
    else if (status === 'sending') this.change(payment, { status: 'finished' })
  }

  /** A later deposit to the same address is a payment of its own. */
  #repeat(parent: Payment, tx: ChainTransaction): void {
    const { world } = this.#deps
    if ([...world.payments.values()].some(({ payinHash }) => payinHash === tx.hash)) return
    const paidBaseUnits = valueTo(tx, parent, world.chains[parent.chain].profile.usdt).toString()
    const id = parent.id + world.payments.size + 1_000
    this.change({ ...parent, id, parentId: parent.id }, { status: 'finished', paidBaseUnits, payinHash: tx.hash })
  }

  async #notify(payment: Payment): Promise<void> {
    const { ipnUrl: url } = payment
    if (url === undefined) return
    const { board, closing } = this.#deps
    const body = notification(payment)
    for (let repeats = 0; ; repeats++) {
      const faults = board.take('nowpayments', 'ipn')
      const lies = faults.flatMap((fault) => (fault.kind === 'wrong' ? [fault.how] : []))
      const honest = signatureOf(body, payment.secret, lies.includes('emptied'))
      const signature = lies.includes('forged') ? 'ab'.repeat(64) : honest
      const text = lies.includes('garbage') ? JSON.stringify(body).slice(0, -10) : JSON.stringify(body)
      const of = { paymentId: payment.id, paymentStatus: payment.status, url, body: text, signature }
      const send = (): Promise<number | undefined> => this.#post({ ...of, status: undefined })
      for (const fault of faults) if (fault.kind === 'latency') await pause(fault.ms, undefined, { signal: closing })
      if (lies.includes('reorder')) {
        this.#heldBack.push(send)
        return
      }
      const isLost = faults.some(({ kind }) => kind === 'down' || kind === 'error')
      const status = isLost ? undefined : await send()
      if (faults.some(({ kind }) => kind === 'duplicate')) await send()
      for (const late of this.#heldBack.splice(0)) await late()
      const waitMs = repeatsMs[repeats]
      if ((status !== undefined && status >= 200 && status < 300) || waitMs === undefined) return
      await pause(waitMs, undefined, { signal: closing })
    }
  }

  async #post(sent: SentIpn): Promise<number | undefined> {
    this.#sent.push(sent)
    if (this.#sent.length > keptNotifications) this.#sent.shift()
    try {
      const response = await fetch(sent.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-nowpayments-sig': sent.signature },
        body: sent.body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#deps.closing, AbortSignal.timeout(answerMs)]),
      })
      await response.body?.cancel()
      sent.status = response.status
    } catch {
      // No answer is an answer here: it is repeated.
    }
    return sent.status
  }
}

function valueTo(tx: ChainTransaction, { account }: Payment, usdt: string): bigint {
  return tx.logs
    .filter((log) => log.event === 'Transfer' && log.token === usdt && log.to === account)
    .reduce((sum, log) => sum + BigInt(log.amount), 0n)
}
