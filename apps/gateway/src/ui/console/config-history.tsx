'use client'
import { type ReactNode, useState } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { type ConfigVersion, type Json, differences } from '../../lib/config.ts'
import { when } from '../../lib/format.ts'
import { Differences } from './config-differences.tsx'
import { Answer } from './frame.tsx'

interface Change {
  readonly version: number
  readonly changedBy: string
  readonly reason: string
  readonly changedAt: string
}

/** Who changed what, when and why, with the values; each version can be made the newest again. */
export function ConfigHistory({ revertTo }: { revertTo: (config: Json) => void }): ReactNode {
  const versions = useAdmin<{ versions: readonly Change[] }>('/config/versions?limit=20', 30_000)
  return (
    <section className="mt-8" aria-labelledby="history">
      <h2 id="history">History</h2>
      <Answer of={versions} what="the history">
        {(data) => (
          <ul className="divide-y divide-line border-y border-line">
            {data.versions.map((one) => (
              <Version key={one.version} one={one} revertTo={revertTo} />
            ))}
          </ul>
        )}
      </Answer>
    </section>
  )
}

function Version({ one, revertTo }: { one: Change; revertTo: (config: Json) => void }): ReactNode {
  const [isOpen, setOpen] = useState(false)
  return (
    <li className="py-2">
      <button
        type="button"
        className="link"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen)
        }}
      >
        Version {one.version}
      </button>
      <p>{one.reason}</p>
      <p className="text-sm text-muted">
        {when(one.changedAt)}, <span className="id">{one.changedBy}</span>
      </p>
      {isOpen ? <Values version={one.version} revertTo={revertTo} /> : undefined}
    </li>
  )
}

function Values({ version, revertTo }: { version: number; revertTo: (config: Json) => void }): ReactNode {
  const here = useAdmin<ConfigVersion>(`/config/versions/${version}`, 600_000)
  const before = useAdmin<ConfigVersion>(`/config/versions/${Math.max(1, version - 1)}`, 600_000)
  return (
    <div className="mt-2 rounded-lg bg-sunken p-3">
      <Answer of={here} what="the version">
        {(now) => (
          <>
            {before.data ? <Differences found={differences(before.data.config, now.config)} /> : undefined}
            <button
              type="button"
              className="button mt-3"
              data-size="small"
              onClick={() => {
                revertTo(now.config)
              }}
            >
              Put these values into the form
            </button>
          </>
        )}
      </Answer>
    </div>
  )
}
