'use client'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { useBalance } from '../../lib/account.ts'
import { useAdmin } from '../../lib/admin.ts'
import { grouped, usdt, when } from '../../lib/format.ts'
import { Empty, Scroll, Unknown } from '../states.tsx'
import { Action } from './action.tsx'
import { Facts, id } from './facts.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface User {
  readonly onliId: string
  readonly vaultId?: string
  readonly status: 'active' | 'suspended' | 'frozen'
  readonly createdAt: string
  readonly updatedAt: string
}

const tones = { active: 'text-good', suspended: 'text-warn', frozen: 'text-bad' } as const

export function UsersPage(): ReactNode {
  const [after, setAfter] = useState<string>()
  const users = useAdmin<{ users: readonly User[]; nextAfter?: string }>(
    `/users${after === undefined ? '' : `?after=${after}`}`,
    15_000,
  )
  return (
    <ConsolePage title="Users">
      <Answer of={users} what="the users">
        {(data) => (
          <>
            {data.users.length === 0 ? <Empty>There are no users yet.</Empty> : undefined}
            <Scroll label="Users">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">User</th>
                    <th scope="col">Status</th>
                    <th scope="col">Since</th>
                  </tr>
                </thead>
                <tbody>
                  {data.users.map((one) => (
                    <tr key={one.onliId}>
                      <td>
                        <Link href={`/console/users/${one.onliId}`} prefetch={false} className="link">
                          {one.onliId}
                        </Link>
                      </td>
                      <td className={tones[one.status]}>{one.status}</td>
                      <td>{when(one.createdAt)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
            {data.nextAfter === undefined ? undefined : (
              <button
                type="button"
                className="button mt-3"
                data-size="small"
                onClick={() => {
                  setAfter(data.nextAfter)
                }}
              >
                Next page
              </button>
            )}
          </>
        )}
      </Answer>
    </ConsolePage>
  )
}

export function UserPage({ onliId }: { onliId: string }): ReactNode {
  const user = useAdmin<User>(`/users/${encodeURIComponent(onliId)}`)
  return (
    <ConsolePage title={`User ${onliId}`}>
      <Answer of={user} what="the user">
        {(one) => (
          <>
            <Facts
              rows={[
                [
                  'Status',
                  <b key="s" className={tones[one.status]}>
                    {one.status}
                  </b>,
                ],
                ['Vault', id(one.vaultId)],
                ['Since', when(one.createdAt)],
                ['Changed', when(one.updatedAt)],
              ]}
            />
            <Statuses one={one} />
            <Has onliId={one.onliId} />
          </>
        )}
      </Answer>
    </ConsolePage>
  )
}

const changes = [
  ['suspended', 'Suspend', 'The user can only read until they are reinstated.'],
  ['frozen', 'Freeze', 'The user can only read. Lifting a freeze takes two people.'],
  ['active', 'Reinstate', 'The user can trade again. Where they are frozen it takes two people.'],
] as const

function Statuses({ one }: { one: User }): ReactNode {
  return (
    <div className="mt-3">
      {changes
        .filter(([status]) => status !== one.status)
        .map(([status, label, says]) => (
          <Action
            key={status}
            label={label}
            says={says}
            isRisk={status !== 'active'}
            call={({ reason }) => ({ path: `/users/${one.onliId}/status`, body: { status, reason } })}
          />
        ))}
    </div>
  )
}

function Has({ onliId }: { onliId: string }): ReactNode {
  const { data } = useBalance(onliId)
  return (
    <section className="mt-6" aria-labelledby="has">
      <h2 id="has">What they have</h2>
      <Facts
        rows={[
          [
            'Units',
            data ? (
              `${grouped(data.species.total)}, of which ${grouped(data.species.held)} set aside`
            ) : (
              <Unknown key="u" />
            ),
          ],
          ['Credit', data ? `${usdt(data.usdt.credit.total)} USDT` : <Unknown key="c" />],
          ['Owed to them', data ? `${usdt(data.usdt.payable)} USDT` : <Unknown key="p" />],
          ['They owe', data ? `${usdt(data.usdt.receivable)} USDT` : <Unknown key="r" />],
        ]}
      />
    </section>
  )
}
