'use client'
import { type ReactNode, useState } from 'react'
import { type Proposal, useAdmin } from '../../lib/admin.ts'
import { when } from '../../lib/format.ts'
import { Empty } from '../states.tsx'
import { Action } from './action.tsx'
import { Facts, id } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

export function ProposalsPage(): ReactNode {
  const [status, setStatus] = useState<'open' | 'all'>('open')
  const proposals = useAdmin<{ proposals: readonly Proposal[] }>(`/proposals?status=${status}`)
  return (
    <ConsolePage title="Proposals">
      <p className="max-w-2xl text-muted">
        Some actions take two people: one proposes exactly what is done, another approves it. No one approves their own.
      </p>
      <label className="my-3 flex items-center gap-2">
        <input
          type="checkbox"
          className="accent-accent"
          checked={status === 'all'}
          onChange={({ target }) => {
            setStatus(target.checked ? 'all' : 'open')
          }}
        />
        Also those that are decided
      </label>
      <Answer of={proposals} what="the proposals">
        {(data) =>
          data.proposals.length === 0 ? (
            <Empty>No proposal waits.</Empty>
          ) : (
            <ul className="grid gap-4">
              {data.proposals.map((one) => (
                <OneProposal key={one.proposalId} one={one} />
              ))}
            </ul>
          )
        }
      </Answer>
    </ConsolePage>
  )
}

function OneProposal({ one }: { one: Proposal }): ReactNode {
  const path = `/proposals/${one.proposalId}`
  return (
    <li className="card">
      <p className="text-lg font-semibold break-words">{one.inWords}</p>
      <div className="mt-2">
        <Facts
          rows={[
            ['Proposed by', `${one.proposedBy}, ${when(one.proposedAt)}`],
            ['Reason', one.reason],
            [
              'Approved by',
              one.status === 'open' ? `another person than ${one.proposedBy}, from ${when(one.notBefore)}` : undefined,
            ],
            ['Until', one.status === 'open' ? when(one.expiresAt) : undefined],
            ['State', one.status],
            ['Decided by', one.decidedBy],
            ['Why', one.decisionReason],
            ['Proposal', id(one.proposalId)],
          ]}
        />
      </div>
      {one.status === 'open' ? (
        <>
          <Action
            label="Approve"
            reason="none"
            says="It is done at once, exactly as it is proposed. If its target has changed since, nothing is done."
            call={() => ({ path: `${path}/approve`, body: { actionHash: one.actionHash } })}
          />
          <Action
            label="Refuse or withdraw"
            isRisk
            says="It can then never be approved."
            call={({ reason }) => ({ path: `${path}/refuse`, body: { reason } })}
          />
        </>
      ) : undefined}
    </li>
  )
}
