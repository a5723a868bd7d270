import type { FireflyAccount, FireflyCurrency, FireflyEntry, FireflySplit } from './entry.ts'

/** What the simulated Firefly III knows. Amounts are kept in the smallest unit of their currency. */
export class FireflyBook {
  readonly currencies = new Map<string, FireflyCurrency>()
  readonly accounts: FireflyAccount[] = []
  readonly journals: FireflySplit[] = []
  readonly #byHash = new Map<string, number>()
  readonly #byExternalId = new Map<string, number[]>()
  readonly #balances = new Map<string, bigint>()

  apply(entry: FireflyEntry): void {
    switch (entry.t) {
      case 'ff_currency':
        this.currencies.set(entry.currency.code, entry.currency)
        return
      case 'ff_account':
        this.accounts.push(entry.account)
        return
      case 'ff_journal':
        this.#write(entry.split)
    }
  }

  *snapshot(): Generator<FireflyEntry> {
    for (const currency of this.currencies.values()) yield { t: 'ff_currency', currency }
    for (const account of this.accounts) yield { t: 'ff_account', account }
    for (const split of this.journals) yield { t: 'ff_journal', split }
  }

  account(id: string): FireflyAccount | undefined {
    return /^[1-9]\d{0,9}$/.test(id) ? this.accounts[Number(id) - 1] : undefined
  }

  /** The id of the journal with that hash. */
  duplicateOf(hash: string): string | undefined {
    const place = this.#byHash.get(hash)
    return place === undefined ? undefined : String(place + 1)
  }

  /** Not unique: whatever carries it, the newest first, as Firefly's search lists it. */
  withExternalId(externalId: string): string[] {
    return (this.#byExternalId.get(externalId) ?? []).map((place) => String(place + 1)).reverse()
  }

  /** In the smallest unit: what came in less what went out. */
  balance(id: string): bigint {
    return this.#balances.get(id) ?? 0n
  }

  #write(split: FireflySplit): void {
    const place = this.journals.push(split) - 1
    this.#byHash.set(split.hash, place)
    this.#byExternalId.set(split.externalId, [...(this.#byExternalId.get(split.externalId) ?? []), place])
    const decimals = this.currencies.get(this.account(split.sourceId)?.currencyCode ?? '')?.decimalPlaces ?? 0
    const [whole = '0', fraction = ''] = split.amount.split('.')
    const amount = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'))
    this.#balances.set(split.sourceId, this.balance(split.sourceId) - amount)
    this.#balances.set(split.destinationId, this.balance(split.destinationId) + amount)
  }

  /** An amount in the smallest unit as Firefly shows it. */
  static shown(amount: bigint, decimals: number): string {
    const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0')
    const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
    return amount < 0n ? `-${text}` : text
  }
}
