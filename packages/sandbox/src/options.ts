export interface SandboxOptions {
  /** 0 = a free port. */
  readonly httpPort: number
  /** 0 = a free port; by custom the one after `httpPort`. */
  readonly grpcPort: number
  /** A loopback address; 127.0.0.1 when absent. Anything else is refused, since the control API mints proofs of payment. */
  readonly host?: string
  /** File that keeps the state over restarts; absent = memory only. */
  readonly journalPath?: string
  /** Wall time in ms. */
  readonly now?: () => number
  /** Automatic blocks of every chain; 0 (default) = blocks only when told and when a transfer is mined. */
  readonly blockIntervalMs?: number
  /** Default: as before the restart, and true at first. */
  readonly honoursIdempotencyKeys?: boolean
  /** Path of onli_cloud.proto; default is the repository's own. */
  readonly protoPath?: string
  /** The keys that partners accept; default is any that is not empty (TRON: none needed). */
  readonly keys?: {
    readonly moralis?: string
    readonly tron?: string
    readonly onli?: string
    readonly firefly?: string
    readonly nowpayments?: string
  }
  readonly log?: (line: string, fields?: object) => void
}

export interface Sandbox {
  /** Control API under `/control`, partners under `/moralis`, `/tron` and `/firefly`. */
  readonly httpUrl: string
  /** Onli Cloud: plaintext gRPC. */
  readonly grpcUrl: string
  /** Ends connections at once; what was acknowledged is in the journal. */
  close(): Promise<void>
}
