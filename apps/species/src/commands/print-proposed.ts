import type { CommandCall } from './command-call.ts'
import { printable } from './printable.ts'
import type { Proposal } from './proposed.ts'

/** Says what is proposed, who may approve it, and how. */
export function printProposed(call: CommandCall, proposal: Proposal): void {
  const { proposalId, inWords, proposedBy, notBefore, expiresAt } = proposal
  const next = call.hint(`proposals approve ${proposalId}`)
  call.print(
    { proposed: proposal, next },
    [
      `Nothing is done yet: this takes two people. Proposed by ${proposedBy}: ${printable(inWords)}`,
      `Another operator than ${proposedBy} approves it between ${notBefore} and ${expiresAt}: ${next}`,
    ].join('\n'),
  )
}
