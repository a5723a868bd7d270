import type { AssetLedger, MoveOutcome, MoveRequest, OnliOperation, OperationRef } from '@species/contracts'
import { type Outcome, no, notYet, unknown, yes } from '@species/kernel'
import type { Clock } from '@species/platform'
import type { Faults } from '../faults.ts'
import type { Random } from '@species/testing/random'
import type { Trace } from '../trace.ts'

export const marketVaults = { escrow: 'vault-market-escrow', liquidityPool: 'vault-liquidity-pool' } as const

interface Operation {
  readonly id: string
  readonly request: MoveRequest
  status: 'done' | 'waiting' | 'refused' | 'withdrawn'
  readonly consent: { readonly atMs: number; readonly granted: boolean } | undefined
  readonly shownAtMs: number
}

type Context = { clock: Clock; random: Random; faults: () => Faults; trace: Trace }

/**
 * Onli Cloud in memory, with an independent tally: it knows what was really moved, for which key, how often. It may say
 * nothing after it has acted, refuse, wait for an owner, and tell of an operation late; a definite answer of it stays.
 */
export class ModelVaults implements AssetLedger {
  readonly honoursIdempotencyKeys: boolean
  readonly units: Map<string, bigint>
  /** What the marketplace asked for and must never have asked for. */
  readonly breaches: string[] = []
  readonly #operations = new Map<string, Operation[]>()
  readonly #context: Context

  constructor(units: ReadonlyMap<string, bigint>, context: Context) {
    this.units = new Map(units)
    this.#context = context
    this.honoursIdempotencyKeys = context.faults().honoursKeys
  }

  /** What was moved for this event; more than one is a breach. */
  moved(key: string): OnliOperation[] {
    this.#letOwnersDecide()
    return (this.#operations.get(key) ?? []).filter((one) => one.status === 'done').map(asWord)
  }

  keysMoved(): string[] {
    return [...this.#operations.keys()].filter((key) => this.moved(key).length > 0)
  }

  async move(requests: readonly MoveRequest[]): Promise<MoveOutcome[]> {
    return requests.map((request) => this.#said('move', request.key, this.#move(request)))
  }

  async cancel(refs: readonly OperationRef[]): Promise<MoveOutcome[]> {
    return refs.map((ref) =>
      this.#said(
        'cancel',
        ref.key,
        this.#unlessSilent(() => {
          const known = this.#find(ref)
          if (known?.status === 'waiting') known.status = 'withdrawn'
          return this.#wordOn(known)
        }),
      ),
    )
  }

  async verify(refs: readonly OperationRef[]): Promise<MoveOutcome[]> {
    return refs.map((ref) =>
      this.#said(
        'verify',
        ref.key,
        this.#unlessSilent(() => {
          const known = this.#find(ref)
          return this.#wordOn(known && this.#context.clock.now() < known.shownAtMs ? undefined : known)
        }),
      ),
    )
  }

  async balances(vaults: readonly string[]): Promise<Outcome<bigint>[]> {
    const { random, faults } = this.#context
    this.#letOwnersDecide()
    return vaults.map((vault) => (random.chance(faults().silent) ? unknown('silence') : yes(this.#unitsOf(vault))))
  }

  async createVaults(vaults: readonly object[]): Promise<Outcome<true>[]> {
    return vaults.map(() => yes(true))
  }

  /** Owners who were to consent by now have said what they say. */
  #letOwnersDecide(): void {
    const nowMs = this.#context.clock.now()
    for (const operation of [...this.#operations.values()].flat()) {
      const { consent } = operation
      if (operation.status !== 'waiting' || !consent || consent.atMs > nowMs) continue
      if (consent.granted) this.#carryOut(operation)
      else operation.status = 'refused'
    }
  }

  #move(request: MoveRequest): MoveOutcome {
    const { random, faults, clock } = this.#context
    if (random.chance(faults().silent)) return unknown('simulated silence')
    this.#letOwnersDecide()
    const before = this.#operations.get(request.key) ?? []
    const known = this.honoursIdempotencyKeys ? before[0] : undefined
    const operation = known ?? this.#begin(request, before.length)
    if (!known) this.#operations.set(request.key, [...before, operation])
    if (clock.now() < operation.shownAtMs && known) return notYet('not_found')
    return random.chance(faults().silentAfterActing)
      ? unknown('simulated silence after acting')
      : this.#wordOn(operation)
  }

  #begin(request: MoveRequest, count: number): Operation {
    const { random, faults, clock } = this.#context
    const own = request.kind === 'change_owner' && request.fromVault.startsWith('vault-user-')
    const nowMs = clock.now()
    const operation: Operation = {
      id: `op-${count}-${request.key}`,
      request,
      status: 'waiting',
      shownAtMs: random.chance(faults().late) ? nowMs + random.between(500, 8_000) : nowMs,
      consent: { atMs: nowMs + random.between(1_000, 60_000), granted: random.chance(0.5) },
    }
    if (random.chance(faults().refuses)) operation.status = 'refused'
    else if (!(own && random.chance(faults().stalls))) this.#carryOut(operation)
    return operation
  }

  #carryOut(operation: Operation): void {
    const { request } = operation
    if (request.kind === 'change_owner') {
      const left = this.#unitsOf(request.fromVault) - request.units
      if (left < 0n) {
        // Nobody moves units outside the marketplace here: it asked for units that it had not set aside.
        this.breaches.push(`${request.key} asked ${request.fromVault} for ${-left} units more than it holds`)
        operation.status = 'refused'
        return
      }
      this.units.set(request.fromVault, left)
    }
    this.units.set(request.toVault, this.#unitsOf(request.toVault) + request.units)
    operation.status = 'done'
  }

  #find({ key, operationId }: OperationRef): Operation | undefined {
    this.#letOwnersDecide()
    const known = this.#operations.get(key) ?? []
    return known.find((one) => operationId === undefined || one.id === operationId)
  }

  #wordOn(operation: Operation | undefined): MoveOutcome {
    switch (operation?.status) {
      case undefined:
        return notYet('not_found')
      case 'done':
        return yes(asWord(operation))
      case 'waiting':
        return { ...notYet('awaiting_consent'), operationId: operation.id }
      case 'refused':
        return no('delivery_refused', 'the model refuses')
      case 'withdrawn':
        return no('consent_expired', 'the model has withdrawn it')
    }
  }

  #unlessSilent(answer: () => MoveOutcome): MoveOutcome {
    const { random, faults } = this.#context
    if (random.chance(faults().silent)) return unknown('simulated silence')
    const said = answer()
    return random.chance(faults().silentAfterActing) ? unknown('simulated silence after acting') : said
  }

  #said(call: string, key: string, outcome: MoveOutcome): MoveOutcome {
    this.#context.trace.note(`onli ${call} ${key.slice(-6)} ${outcome.kind}`)
    return outcome
  }

  #unitsOf(vault: string): bigint {
    return this.units.get(vault) ?? 0n
  }
}

function asWord({ id, request }: Operation): OnliOperation {
  return {
    operationId: id,
    fromVault: request.kind === 'issue' ? 'issue' : request.fromVault,
    toVault: request.toVault,
    units: request.units,
    ownerVault: request.toVault,
  }
}
