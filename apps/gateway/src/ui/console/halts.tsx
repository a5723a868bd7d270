'use client'
import type { ReactNode } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { type ConfigVersion, type Json, isObject, replaced } from '../../lib/config.ts'
import { when } from '../../lib/format.ts'
import { Action } from './action.tsx'
import { Answer, ConsolePage } from './frame.tsx'

export function HaltsPage(): ReactNode {
  return (
    <ConsolePage title="Kill switches">
      <p className="mb-4 max-w-2xl text-muted">
        One person halts at once. To go on again takes two where two people are asked for.
      </p>
      <ConfigSwitches />
      <PayoutSwitch />
    </ConsolePage>
  )
}

function ConfigSwitches(): ReactNode {
  const config = useAdmin<ConfigVersion>('/config')
  return (
    <Answer of={config} what="the configuration">
      {(now) => {
        const { config: value } = now
        const chains = isObject(value) && isObject(value['chains']) ? value['chains'] : {}
        return (
          <ul className="grid gap-4 sm:grid-cols-2">
            <Switch
              now={now}
              name="Trading"
              isOn={isObject(value) && value['trading'] === 'on'}
              path={['trading']}
              on="on"
              off="off"
              says="No new event is accepted and nothing new is set aside. What was delivered is finished."
            />
            {Object.entries(chains).map(([chain, one]) => (
              <Switch
                key={chain}
                now={now}
                name={`Payments on ${chain}`}
                isOn={isObject(one) && one['halted'] !== true}
                path={['chains', chain, 'halted']}
                on={false}
                off
                says={`No payment on ${chain} is claimed, whenever it was mined. Events wait, and their deadlines stand still.`}
              />
            ))}
          </ul>
        )
      }}
    </Answer>
  )
}

function Switch({
  now,
  name,
  isOn,
  path,
  on,
  off,
  says,
}: {
  now: ConfigVersion
  name: string
  isOn: boolean
  path: readonly string[]
  on: Json
  off: Json
  says: string
}): ReactNode {
  return (
    <li className="card">
      <p className="text-lg font-semibold">{name}</p>
      <p className={isOn ? 'text-good' : 'font-semibold text-bad'}>{isOn ? 'works' : 'halted'}</p>
      <Action
        key={isOn ? 'halt' : 'resume'}
        label={isOn ? 'Halt' : 'Resume'}
        isRisk={isOn}
        typed={isOn ? 'halt' : 'resume'}
        says={isOn ? says : 'It goes on as before. What waited is taken up.'}
        call={({ reason }) => ({
          method: 'PUT',
          path: '/config',
          body: { config: replaced(now.config, path, isOn ? off : on), reason },
          headers: { 'if-match': `"${now.version}"` },
        })}
      />
    </li>
  )
}

interface Halt {
  readonly cause: string
  readonly reason: string
  readonly by: string
  readonly at: string
  readonly resumedBy?: string
  readonly resumedAt?: string
}

function PayoutSwitch(): ReactNode {
  const halts = useAdmin<{ halted: boolean; open: readonly Halt[]; ended: readonly Halt[] }>('/payout-halts')
  return (
    <section className="mt-6" aria-labelledby="payouts">
      <h2 id="payouts">Payouts</h2>
      <Answer of={halts} what="the halts of payouts">
        {(data) => (
          <div className="card">
            <p className={data.halted ? 'font-semibold text-bad' : 'text-good'}>{data.halted ? 'halted' : 'works'}</p>
            <ul>
              {data.open.map((one) => (
                <li key={one.cause}>
                  {one.reason}{' '}
                  <span className="text-sm text-muted">
                    by {one.by}, in effect since {when(one.at)}
                  </span>
                </li>
              ))}
            </ul>
            {data.halted ? (
              <Action
                label="Resume payouts"
                typed="resume"
                says="Every halt that is open ends. It takes two people where two are asked for."
                call={({ reason }) => ({ path: '/payout-halts/resume', body: { reason } })}
              />
            ) : (
              <Action
                label="Halt payouts"
                isRisk
                typed="halt"
                says="No payout is asked for, approved or sent any more. What was sent is followed to its end."
                call={({ reason }) => ({ path: '/payout-halts', body: { reason } })}
              />
            )}
          </div>
        )}
      </Answer>
    </section>
  )
}
