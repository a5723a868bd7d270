import type { ConsentMode, OnliEntry, Operation } from './entry.ts'

export interface Vault {
  readonly vault: string
  owner: string
  preAuthorised: boolean
  amount: bigint
  /** What its owner answers when asked; undefined = as everybody does. */
  consent: ConsentMode | undefined
}

/** The partner's memory: vaults, operations and settings. It changes through `apply` alone, one entry at a time, in O(1). */
export class OnliBook {
  readonly #vaults = new Map<string, Vault>()
  readonly #operations = new Map<string, Operation>()
  readonly #byKey = new Map<string, Operation>()
  #honoursKeys = true
  #consent: ConsentMode = 'grant'

  apply(entry: OnliEntry): void {
    switch (entry.t) {
      case 'vault':
        this.#putVault(entry.vault, entry.owner, entry.preAuthorised)
        break
      case 'units':
        this.#add(entry.vault, BigInt(entry.delta))
        break
      case 'op':
        this.#putOperation(entry.op)
        if (entry.op.status === 'DONE') this.#move(entry.op)
        break
      case 'end':
        this.#end(entry)
        break
      case 'consent':
        if (entry.vault === undefined) this.#consent = entry.mode
        else this.#vaultOf(entry.vault).consent = entry.mode
        break
      case 'honours':
        this.#honoursKeys = entry.value
        break
      case 'seen':
        this.#putOperation(entry.op)
        break
    }
  }

  get honoursKeys(): boolean {
    return this.#honoursKeys
  }

  get consentByDefault(): ConsentMode {
    return this.#consent
  }

  get operationCount(): number {
    return this.#operations.size
  }

  vault(name: string): Readonly<Vault> | undefined {
    return this.#vaults.get(name)
  }

  vaults(): Iterable<Readonly<Vault>> {
    return this.#vaults.values()
  }

  operation(id: string): Operation | undefined {
    return this.#operations.get(id)
  }

  /** The operation of that key; the latest one when keys are not honoured and there are several. */
  operationByKey(key: string): Operation | undefined {
    return this.#byKey.get(key)
  }

  operations(): Iterable<Operation> {
    return this.#operations.values()
  }

  /** What the vault's owner answers to AskToMove. */
  consentOf(vault: Readonly<Vault>): ConsentMode {
    return vault.preAuthorised ? 'grant' : (vault.consent ?? this.#consent)
  }

  /** Entries that rebuild this state from nothing. */
  *snapshot(): Generator<OnliEntry> {
    yield { t: 'honours', value: this.#honoursKeys }
    yield { t: 'consent', mode: this.#consent }
    for (const { vault, owner, preAuthorised, amount, consent } of this.#vaults.values()) {
      yield { t: 'vault', vault, owner, preAuthorised }
      if (amount !== 0n) yield { t: 'units', vault, delta: amount.toString() }
      if (consent !== undefined) yield { t: 'consent', vault, mode: consent }
    }
    for (const op of this.#operations.values()) yield { t: 'seen', op }
  }

  #putVault(name: string, owner: string, preAuthorised: boolean): void {
    const known = this.#vaults.get(name)
    if (known === undefined) {
      this.#vaults.set(name, { vault: name, owner, preAuthorised, amount: 0n, consent: undefined })
      return
    }
    known.owner = owner
    known.preAuthorised = preAuthorised
  }

  #putOperation(op: Operation): void {
    this.#operations.set(op.id, op)
    this.#byKey.set(op.key, op)
  }

  #end(entry: OnliEntry & { t: 'end' }): void {
    const op = this.#operations.get(entry.id)
    if (op?.status !== 'AWAITING_CONSENT') throw new Error(`operation ${entry.id} does not wait for consent`)
    op.status = entry.status
    op.reason = entry.reason
    if (entry.status !== 'DONE') return
    op.changedAt = entry.at
    this.#move(op)
  }

  #move(op: Operation): void {
    const amount = BigInt(op.amount)
    if (op.kind === 'move') this.#add(op.from, -amount)
    this.#add(op.to, amount)
  }

  #add(name: string, delta: bigint): void {
    const vault = this.#vaultOf(name)
    if (vault.amount + delta < 0n) throw new Error(`vault ${name} would go below zero`)
    vault.amount += delta
  }

  #vaultOf(name: string): Vault {
    const vault = this.#vaults.get(name)
    if (vault === undefined) throw new Error(`no vault ${name}`)
    return vault
  }
}
