'use client'
import { type ReactNode, useState } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { grouped } from '../../lib/format.ts'
import { useCanOrderSandbox } from '../../lib/sandbox.ts'
import { Empty } from '../states.tsx'
import { Action } from './action.tsx'
import { Answer, ConsolePage } from './frame.tsx'

interface Sandbox {
  readonly chains: readonly { readonly chain: string; readonly head: number }[]
  readonly faults: readonly { readonly id: string; readonly partner: string; readonly kind: string }[]
}

export function SandboxPage(): ReactNode {
  const canOrder = useCanOrderSandbox()
  return (
    <ConsolePage title="Sandbox">
      {canOrder ? (
        <Orders />
      ) : (
        <Empty>This is only for a sandbox on your own machine, where every partner is played.</Empty>
      )}
    </ConsolePage>
  )
}

const partners = [
  ['moralis', 'Moralis, which reads the EVM chains'],
  ['tron', 'TRON’s own nodes'],
  ['onli', 'Onli Cloud, where the units are'],
  ['firefly', 'Firefly III, the operator’s book'],
] as const

function Orders(): ReactNode {
  const sandbox = useAdmin<Sandbox>('/sandbox', 2_000)
  return (
    <>
      <p className="mb-4 max-w-2xl text-muted">
        Break what you like and watch the market cope. Nothing here is worth anything, and what you do stands in the
        audit log.
      </p>
      <Answer of={sandbox} what="the sandbox">
        {({ chains, faults }) => (
          <>
            <h2>Chains</h2>
            <ul className="grid gap-4 sm:grid-cols-2">
              {chains.map((one) => (
                <Chain key={one.chain} {...one} />
              ))}
            </ul>
            <h2 className="mt-6">Partners</h2>
            <ul className="grid gap-4 sm:grid-cols-2">
              {partners.map(([partner, text]) => (
                <Partner key={partner} partner={partner} text={text} faults={faults} />
              ))}
            </ul>
          </>
        )}
      </Answer>
    </>
  )
}

function Chain({ chain, head }: { chain: string; head: number }): ReactNode {
  const [depth, setDepth] = useState(3)
  return (
    <li className="card">
      <p className="text-lg font-semibold">{chain}</p>
      <p className="text-muted">Block {grouped(String(head))}</p>
      <Action
        label="Mine 20 blocks"
        reason="none"
        says="Payments on this chain have 20 more confirmations at once."
        call={() => ({ path: '/sandbox/blocks', body: { chain, count: 20 } })}
      />
      <Action
        label="Reorganise"
        reason="none"
        isRisk
        says={
          <label className="block">
            Blocks to drop, with the payments in them:{' '}
            <input
              type="number"
              className="input"
              min={1}
              max={100}
              value={depth}
              onChange={({ target }) => {
                setDepth(target.valueAsNumber)
              }}
            />
          </label>
        }
        call={() => ({ path: '/sandbox/reorganisations', body: { chain, depth } })}
      />
    </li>
  )
}

function Partner({ partner, text, faults }: { partner: string; text: string; faults: Sandbox['faults'] }): ReactNode {
  const own = faults.filter((one) => one.partner === partner)
  return (
    <li className="card">
      <p className="font-semibold">{text}</p>
      <p className={own.length === 0 ? 'text-good' : 'font-semibold text-bad'}>
        {own.length === 0 ? 'works' : 'broken'}
      </p>
      {own.map((one) => (
        <Action
          key={one.id}
          label={`Mend: ${one.kind}`}
          reason="none"
          says="It works again, and what waited for it goes on."
          call={() => ({ method: 'DELETE', path: `/sandbox/faults/${one.id}` })}
        />
      ))}
      {own.length > 0 ? undefined : (
        <Action
          label="Break"
          reason="none"
          isRisk
          says="It gives no answer any more until you mend it. What needs it waits; nothing is lost."
          call={() => ({ path: '/sandbox/faults', body: { partner, kind: 'down' } })}
        />
      )}
    </li>
  )
}
