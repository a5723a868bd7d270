import type { Outcome } from '@species/kernel'
import type { Chain } from './chains.ts'

/** Something at a partner that sends us webhooks about addresses of one chain. */
export interface ChainStream {
  readonly id: string
  /** Undefined where it is for no single chain that we know. */
  readonly chain: Chain | undefined
  /** False: the partner has stopped it, because deliveries failed or because it was paused. */
  readonly isActive: boolean
}

/**
 * The streams of a partner that send webhooks to this marketplace; of others nothing is told, and none is touched. Never throws for what
 * a partner does: `unknown` where no trustworthy answer came, and then the call may have worked.
 */
export interface ChainStreams {
  /** The chains that the partner has streams for. */
  readonly chains: readonly Chain[]
  /** In the order in which they were made, as far as the partner keeps it. */
  list(): Promise<Outcome<readonly ChainStream[]>>
  /** Makes a stream without addresses. The partner tries our webhook first, and makes none where that does not answer. */
  create(chain: Chain): Promise<Outcome<{ readonly id: string }>>
  remove(id: string): Promise<Outcome<true>>
  resume(id: string): Promise<Outcome<true>>
  /** In the form in which addresses are compared. */
  addresses(id: string): Promise<Outcome<readonly string[]>>
  /** At most 100 addresses. */
  add(id: string, addresses: readonly string[]): Promise<Outcome<true>>
  /** At most 100 addresses. */
  drop(id: string, addresses: readonly string[]): Promise<Outcome<true>>
}
