/** Time, as a dependency. */
export interface Clock {
  /** Unix milliseconds: what is stored and told. It may step in either direction when the machine's clock is set. */
  now(): number
  /** Milliseconds since some moment, which only ever grow: for leases and ages within this process. Means nothing in another. */
  steady(): number
}

/** Makes identifiers and secrets, as a dependency. */
export interface Ids {
  /** A time-ordered UUID (version 7). */
  uuid(): string
  /** Random bytes fit for secrets. */
  bytes(length: number): Uint8Array
}
