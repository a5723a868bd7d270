'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { grouped, usdt, when } from '../../lib/format.ts'
import { stateWords } from '../../lib/words.ts'
import { Empty, Scroll } from '../states.tsx'
import { Facts, Raw, id } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface WholeEvent {
  readonly eventKey: string
  readonly eventId: string
  readonly owner: string
  readonly acceptedAt: string
  readonly ended?: string
  readonly event?: Readonly<Record<string, unknown>>
  readonly stages: readonly {
    readonly module: string
    readonly state: string
    readonly at: string
    readonly waitingFor?: string
    readonly waitingUntil?: string
    readonly refusal?: { readonly code: string; readonly detail: string }
  }[]
  readonly payments: readonly {
    readonly chain: string
    readonly hash: string
    readonly from: string
    readonly amount: string
    readonly minedAt: string
    readonly vanishedAt?: string
  }[]
  readonly postings: readonly {
    readonly transferId: string
    readonly kind: string
    readonly at: string
    readonly entries: readonly { readonly account: string; readonly asset: string; readonly amount: string }[]
  }[]
  readonly receipt?: { readonly receiptId: string; readonly state: string; readonly issuedAt: string }
}

export function ConsoleEvent({ eventKey }: { eventKey: string }): ReactNode {
  const event = useAdmin<WholeEvent>(`/events/${eventKey}`, 3_000)
  return (
    <ConsolePage title="Event">
      <Answer of={event} what="the event">
        {(one) => (
          <>
            <Facts
              rows={[
                ['Event', id(one.eventId)],
                ['Key', id(one.eventKey)],
                [
                  'Owner',
                  <Link key="o" href={`/console/users/${one.owner}`} prefetch={false} className="link">
                    {one.owner}
                  </Link>,
                ],
                ['Accepted', when(one.acceptedAt)],
                ['State', one.ended === undefined ? 'under way' : (stateWords[one.ended] ?? one.ended)],
                [
                  'Receipt',
                  one.receipt && (
                    <Link href={`/receipts/${one.receipt.receiptId}`} prefetch={false} className="link id">
                      {one.receipt.receiptId}
                    </Link>
                  ),
                ],
              ]}
            />
            <Stages one={one} />
            <Payments one={one} />
            <Postings one={one} />
            <h2 className="mt-6">As it was sent</h2>
            <Raw value={one.event ?? null} label="The event as it was sent" />
          </>
        )}
      </Answer>
    </ConsolePage>
  )
}

function Stages({ one }: { one: WholeEvent }): ReactNode {
  return (
    <section className="mt-6" aria-labelledby="stages">
      <h2 id="stages">Every step</h2>
      <ol className="divide-y divide-line border-y border-line">
        <li className="py-2">
          {stateWords['accepted']} <span className="text-sm text-muted">{when(one.acceptedAt)}, the API</span>
        </li>
        {one.stages.map((stage) => (
          <li key={stage.module} className="py-2">
            <p>
              {stateWords[stage.state] ?? stage.state}{' '}
              <span className="text-sm text-muted">
                {when(stage.at)}, {stage.module}
              </span>
            </p>
            {stage.waitingFor === undefined ? undefined : (
              <p className="text-sm">
                {stage.waitingFor}
                {stage.waitingUntil === undefined ? '' : ` Until ${when(stage.waitingUntil)}.`}
              </p>
            )}
            {stage.refusal === undefined ? undefined : (
              <p className="text-sm text-bad">
                <a className="link id" href={`/errors/${stage.refusal.code}`}>
                  {stage.refusal.code}
                </a>
                : {stage.refusal.detail}
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Payments({ one }: { one: WholeEvent }): ReactNode {
  if (one.payments.length === 0) return undefined
  return (
    <section className="mt-6" aria-labelledby="payments">
      <h2 id="payments">Payments</h2>
      <ul className="grid gap-2">
        {one.payments.map((paid) => (
          <li key={`${paid.hash} ${paid.amount}`}>
            <p>
              {usdt(paid.amount)} USDT on {paid.chain}, in a block {when(paid.minedAt)}
              {paid.vanishedAt === undefined ? '' : `, vanished ${when(paid.vanishedAt)}`}
            </p>
            <p>{id(paid.hash)}</p>
            <p className="text-sm text-muted">from {id(paid.from)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Postings({ one }: { one: WholeEvent }): ReactNode {
  return (
    <section className="mt-6" aria-labelledby="postings">
      <h2 id="postings">Postings</h2>
      {one.postings.length === 0 ? (
        <Empty>It has moved nothing in the ledger.</Empty>
      ) : (
        <Scroll label="Postings">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Kind</th>
                <th scope="col">Account</th>
                <th scope="col" className="number">
                  Amount
                </th>
                <th scope="col">Asset</th>
              </tr>
            </thead>
            <tbody>
              {one.postings.flatMap((posting) =>
                posting.entries.map((entry, index) => (
                  <tr key={`${posting.transferId} ${index}`}>
                    <td>{index === 0 ? when(posting.at) : ''}</td>
                    <td>{index === 0 ? posting.kind : ''}</td>
                    <td className="id">{entry.account}</td>
                    <td className="number">{entry.asset === 'USDT' ? usdt(entry.amount) : grouped(entry.amount)}</td>
                    <td>{entry.asset}</td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  )
}
