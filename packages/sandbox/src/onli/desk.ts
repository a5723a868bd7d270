import { randomBytes } from 'node:crypto'
import type { World } from '../state/world.ts'
import type { Vault } from './book.ts'
import type { OperationWish } from './decide.ts'
import { decide, hasUnits } from './decide.ts'
import type { Operation } from './entry.ts'

/** Names an operation by the partner's id or, where that is empty, by the caller's key. */
export interface OperationName {
  readonly id: string
  readonly key: string
}

/** The answer about one item of a batch. */
export type ItemAnswer =
  | { readonly is: 'operation'; readonly op: Operation }
  | { readonly is: 'misused'; readonly wish: OperationWish }
  | { readonly is: 'unknown'; readonly name: OperationName }

export interface NewVault {
  readonly vault: string
  readonly owner: string
  readonly preAuthorised: boolean
}

export type ConsentAnswer =
  | { readonly is: 'decided'; readonly op: Operation }
  | { readonly is: 'not_waiting'; readonly op: Operation }
  | { readonly is: 'unknown' }

/** The partner at work: every call decides its items one by one and writes once before it returns. */
export class OnliDesk {
  readonly #world: World
  // Not a plain counter: a client's database may outlive this sandbox's memory, and ids must not meet there.
  readonly #idPrefix = `op-${randomBytes(5).toString('hex')}-`
  #lastId = 0

  constructor(world: World) {
    this.#world = world
  }

  operate(wishes: readonly OperationWish[]): ItemAnswer[] {
    const now = this.#world.nowSeconds()
    const answers = wishes.map((wish) => this.#operate(wish, now))
    this.#world.commit()
    return answers
  }

  verify(names: readonly OperationName[]): ItemAnswer[] {
    const answers = names.map((name) => this.#answer(name))
    this.#world.commit()
    return answers
  }

  /** Withdraws what still waits; all else is answered as it stands. */
  cancel(names: readonly OperationName[]): ItemAnswer[] {
    const now = this.#world.nowSeconds()
    const answers = names.map((name) => {
      const answer = this.#answer(name)
      if (answer.is === 'operation' && answer.op.status === 'AWAITING_CONSENT') {
        this.#world.record({ t: 'end', id: answer.op.id, status: 'CANCELLED', reason: '', at: now })
      }
      return answer
    })
    this.#world.commit()
    return answers
  }

  createVaults(wanted: readonly NewVault[]): Readonly<Vault>[] {
    const vaults = wanted.map(({ vault, owner, preAuthorised }) => {
      if (this.#world.onli.vault(vault) === undefined) this.#world.record({ t: 'vault', vault, owner, preAuthorised })
      return this.#vault(vault)
    })
    this.#world.commit()
    return vaults
  }

  /** Units that came or went outside the marketplace; false when there are not so many to take. */
  putUnits(
    wanted: { vault: string; owner?: string | undefined; preAuthorised?: boolean | undefined },
    delta: bigint,
  ): boolean {
    const known = this.#world.onli.vault(wanted.vault)
    if ((known?.amount ?? 0n) + delta < 0n) return false
    const owner = wanted.owner ?? known?.owner ?? ''
    const preAuthorised = wanted.preAuthorised ?? known?.preAuthorised ?? false
    if (known?.owner !== owner || known.preAuthorised !== preAuthorised) {
      this.#world.record({ t: 'vault', vault: wanted.vault, owner, preAuthorised })
    }
    if (delta !== 0n) this.#world.record({ t: 'units', vault: wanted.vault, delta: delta.toString() })
    this.#world.commit()
    return true
  }

  /** The owner's late answer to AskToMove. */
  decideConsent(name: OperationName, granted: boolean): ConsentAnswer {
    const answer = this.#answer(name)
    if (answer.is !== 'operation') return { is: 'unknown' }
    const { op } = answer
    const waiting = op.status === 'AWAITING_CONSENT'
    if (waiting) {
      const enough = hasUnits(this.#world.onli, op)
      const reason = !granted ? 'consent_refused' : enough ? '' : 'insufficient_units'
      const status = reason === '' ? 'DONE' : 'REFUSED'
      this.#world.record({ t: 'end', id: op.id, status, reason, at: this.#world.nowSeconds() })
    }
    this.#world.commit()
    return { is: waiting ? 'decided' : 'not_waiting', op }
  }

  /** Ends a consent that ran out; done whenever somebody looks, since nothing can happen to it unseen. */
  current(op: Operation): Operation {
    const now = this.#world.nowSeconds()
    if (op.status === 'AWAITING_CONSENT' && op.expiresAt !== 0 && op.expiresAt <= now) {
      this.#world.record({ t: 'end', id: op.id, status: 'CANCELLED', reason: 'consent_expired', at: now })
    }
    return op
  }

  #operate(wish: OperationWish, now: number): ItemAnswer {
    const decision = decide(this.#world.onli, wish, `${this.#idPrefix}${String(this.#lastId + 1)}`, now)
    switch (decision.is) {
      case 'misused':
        return { is: 'misused', wish }
      case 'known':
        return { is: 'operation', op: this.current(decision.op) }
      case 'new':
        this.#lastId++
        this.#world.record({ t: 'op', op: decision.op })
        return { is: 'operation', op: decision.op }
    }
  }

  #answer(name: OperationName): ItemAnswer {
    const book = this.#world.onli
    const op = name.id === '' ? book.operationByKey(name.key) : book.operation(name.id)
    return op === undefined ? { is: 'unknown', name } : { is: 'operation', op: this.current(op) }
  }

  #vault(name: string): Readonly<Vault> {
    const vault = this.#world.onli.vault(name)
    if (vault === undefined) throw new Error(`no vault ${name}`)
    return vault
  }
}
