import type { Client } from '@species/sdk'

/** A proposal as the API answers it. */
export interface Proposal {
  readonly proposalId: string
  readonly kind: string
  readonly inWords: string
  readonly action: unknown
  readonly actionHash: string
  readonly reason: string
  readonly proposedBy: string
  readonly proposedAt: string
  readonly notBefore: string
  readonly expiresAt: string
  readonly status: string
  readonly decidedBy?: string
  readonly decidedAt?: string
  readonly decisionReason?: string
}

/** Nothing was done yet: another person must approve it. */
export class Proposed extends Error {
  override readonly name = 'Proposed'
  readonly proposal: Proposal
  constructor(proposal: Proposal) {
    super(`proposed as ${proposal.proposalId}`)
    this.proposal = proposal
  }
}

/** The client, whose `request` throws {@link Proposed} where the answer is a proposal. */
export function withProposals(client: Client): Client {
  return {
    ...client,
    request: async (...asked) => {
      const answer = await client.request(...asked)
      if (answer.status === 202 && isProposed(answer.body)) throw new Proposed(answer.body.proposal)
      return answer
    },
  }
}

function isProposed(body: unknown): body is { proposal: Proposal } {
  return typeof body === 'object' && body !== null && 'proposal' in body
}
