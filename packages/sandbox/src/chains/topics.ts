import type { ChainLog } from './change.ts'
import { addressWord, amountWord } from './address.ts'

const transferTopic = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
const approvalTopic = '8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925'

/** Topics and data of a log as 32-byte words of bare hex, the same on every chain. */
export function logWords(log: ChainLog): { topics: [string, string, string]; data: string } {
  return {
    topics: [log.event === 'Transfer' ? transferTopic : approvalTopic, addressWord(log.from), addressWord(log.to)],
    data: amountWord(log.amount),
  }
}

/** Call data of `transfer(to, amount)`. */
export function transferCall(input: { readonly to: string; readonly amount: string }): string {
  return `a9059cbb${addressWord(input.to)}${amountWord(input.amount)}`
}
