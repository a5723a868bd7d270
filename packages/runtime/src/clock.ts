/** Time, as a dependency: Unix milliseconds. */
export interface Clock {
  now(): number
}

/** Makes identifiers and secrets, as a dependency. */
export interface Ids {
  /** A time-ordered UUID (version 7). */
  uuid(): string
  /** Random bytes fit for secrets. */
  bytes(length: number): Uint8Array
}
