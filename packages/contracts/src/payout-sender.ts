import type { Outcome } from '@species/kernel'
import type { Chain } from './chains.ts'

/** A transfer out of a wallet of ours, to be sent once. */
export interface PayoutOrder {
  /** Names it for ever. */
  readonly key: string
  readonly chain: Chain
  readonly from: string
  readonly to: string
  readonly amountMicro: bigint
}

/**
 * Sends payouts. It is called once for each order, whatever it answers: `yes` names the transaction, which is then proven like any
 * other; `no` means that nothing was sent and nothing will be; every other answer goes to a person.
 */
export interface PayoutSender {
  send(order: PayoutOrder): Promise<Outcome<{ readonly hash: string }>>
}
