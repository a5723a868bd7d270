'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { grouped, usdt, when } from '../../lib/format.ts'
import { Problem, Unknown } from '../states.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface Counted {
  readonly n: number
  readonly isMore: boolean
  readonly oldest?: string
}
interface Overview {
  readonly unfinished: Counted
  readonly reviews: Counted
  readonly asOf: string
}
interface Doctor {
  readonly healthy: boolean
  readonly breaches: readonly string[]
  readonly next?: string
}
interface Account {
  readonly account: string
  readonly species: { readonly total: string }
  readonly usdt: { readonly total: string }
}

export function OverviewPage(): ReactNode {
  return (
    <ConsolePage title="Overview">
      <Waiting />
      <DoctorSays />
      <Accounts />
    </ConsolePage>
  )
}

/** What needs a person, each with the way to it. */
function Waiting(): ReactNode {
  const overview = useAdmin<Overview>('/overview')
  const payouts = useAdmin<{ payouts: readonly unknown[] }>('/payouts')
  const letters = useAdmin<{ deadLetters: readonly unknown[] }>('/dead-letters')
  const money = useAdmin<{ deposits: readonly unknown[]; cursor?: string }>('/deposits?unexplained=true')
  const proposals = useAdmin<{ proposals: readonly unknown[]; nextBefore?: number }>('/proposals')
  const partners = useAdmin<{ partners: readonly { state: string }[] }>('/partners')
  const said = (one: Counted | undefined): string | undefined =>
    one && `${grouped(String(one.n))}${one.isMore ? '+' : ''}`
  const failed = [overview, payouts, letters, money, proposals, partners].find(({ error, data }) => error && !data)
  return (
    <section aria-label="What needs a person">
      {failed?.error ? <Problem error={failed.error} retry={() => void failed.refetch()} /> : undefined}
      <ul className="grid gap-3 sm:grid-cols-3">
        <Tile
          href="/console/reviews"
          name="Reviews"
          value={said(overview.data?.reviews)}
          note={overview.data?.reviews.oldest && `oldest since ${when(overview.data.reviews.oldest)}`}
        />
        <Tile href="/console/payouts" name="Payouts" value={payouts.data && String(payouts.data.payouts.length)} />
        <Tile
          href="/console/money"
          name="Unexplained money"
          value={money.data && `${money.data.deposits.length}${money.data.cursor === undefined ? '' : '+'}`}
        />
        <Tile
          href="/console/proposals"
          name="Proposals"
          value={
            proposals.data && `${proposals.data.proposals.length}${proposals.data.nextBefore === undefined ? '' : '+'}`
          }
        />
        <Tile
          href="/console/dead-letters"
          name="Dead letters"
          value={letters.data && String(letters.data.deadLetters.length)}
        />
        <Tile
          href="/console/partners"
          name="Partners cut off"
          value={partners.data && String(partners.data.partners.filter(({ state }) => state !== 'closed').length)}
        />
        <Tile
          name="Events under way"
          value={said(overview.data?.unfinished)}
          note={overview.data?.unfinished.oldest && `oldest since ${when(overview.data.unfinished.oldest)}`}
        />
      </ul>
    </section>
  )
}

function Tile({
  href,
  name,
  value,
  note,
}: {
  href?: string
  name: string
  value: string | undefined
  note?: string | undefined
}): ReactNode {
  return (
    <li className="card">
      <p className="text-sm text-muted">
        {href === undefined ? (
          name
        ) : (
          <Link href={href} prefetch={false} className="link">
            {name}
          </Link>
        )}
      </p>
      <p className="mt-1 text-2xl font-semibold">{value ?? <Unknown />}</p>
      {note === undefined || note === '' ? undefined : <p className="text-sm text-muted">{note}</p>}
    </li>
  )
}

function DoctorSays(): ReactNode {
  const doctor = useAdmin<Doctor>('/doctor', 60_000)
  return (
    <section className="mt-8" aria-labelledby="doctor">
      <h2 id="doctor">What must always be true</h2>
      <Answer of={doctor} what="the doctor’s report">
        {({ breaches, healthy, next }) =>
          breaches.length > 0 ? (
            <ul className="rounded-lg border border-bad bg-bad-soft p-4 text-bad">
              {breaches.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          ) : (
            <p className={healthy ? 'text-good' : 'text-muted'}>
              {healthy
                ? 'All holds.'
                : next === undefined
                  ? 'No breach was found, and something is still in flight.'
                  : 'No breach in the part that one request looks at. “species doctor” looks at all of it.'}
            </p>
          )
        }
      </Answer>
    </section>
  )
}

function Accounts(): ReactNode {
  const accounts = useAdmin<{ accounts: readonly Account[] }>('/accounts')
  return (
    <section className="mt-8" aria-labelledby="accounts">
      <h2 id="accounts">What the marketplace has</h2>
      <Answer of={accounts} what="the accounts">
        {(data) => (
          <table className="table max-w-xl">
            <thead>
              <tr>
                <th scope="col">Account</th>
                <th scope="col" className="number">
                  USDT
                </th>
                <th scope="col" className="number">
                  SPECIES
                </th>
              </tr>
            </thead>
            <tbody>
              {data.accounts.map((one) => (
                <tr key={one.account}>
                  <td>{one.account}</td>
                  <td className="number">{usdt(one.usdt.total)}</td>
                  <td className="number">{grouped(one.species.total)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Answer>
    </section>
  )
}
