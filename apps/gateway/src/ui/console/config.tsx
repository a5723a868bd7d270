'use client'
import { type ReactNode, useState } from 'react'
import { useAdmin } from '../../lib/admin.ts'
import { type ConfigVersion, type Json, differences, useConfigSchema } from '../../lib/config.ts'
import { Problem } from '../states.tsx'
import { Action } from './action.tsx'
import { Differences } from './config-differences.tsx'
import { ConfigFields } from './config-fields.tsx'
import { ConfigHistory } from './config-history.tsx'
import { Answer, ConsolePage } from './frame.tsx'

export function ConfigPage(): ReactNode {
  const config = useAdmin<ConfigVersion & { readonly unreadable?: number }>('/config', 30_000)
  const [draft, setDraft] = useState<{ readonly of: ConfigVersion; readonly value: Json }>()
  return (
    <ConsolePage title="Configuration">
      <Answer of={config} what="the configuration">
        {(now) => (
          <>
            {now.unreadable === undefined ? undefined : (
              <p className="text-warn">
                Version {now.unreadable} is newer, and the process that answers cannot read it.
              </p>
            )}
            <Edit
              of={draft?.of ?? now}
              value={draft?.value ?? now.config}
              newest={now.version}
              change={(value) => {
                setDraft({ of: draft?.of ?? now, value })
              }}
              drop={() => {
                setDraft(undefined)
              }}
            />
          </>
        )}
      </Answer>
      <ConfigHistory
        revertTo={(value) => {
          if (config.data) setDraft({ of: config.data, value })
        }}
      />
    </ConsolePage>
  )
}

/** The form stays on the version that it began with: the marketplace refuses it where another has changed it since. */
function Edit({
  of,
  value,
  newest,
  change,
  drop,
}: {
  of: ConfigVersion
  value: Json
  newest: number
  change: (value: Json) => void
  drop: () => void
}): ReactNode {
  const schema = useConfigSchema()
  const found = differences(of.config, value)
  return (
    <div className="grid gap-6 md:grid-cols-[3fr_2fr]">
      <section aria-labelledby="form">
        <h2 id="form">Version {of.version}</h2>
        {schema.error ? (
          <Problem error={schema.error} retry={() => void schema.refetch()} />
        ) : (
          <ConfigFields schema={schema.data ?? {}} value={value} change={change} />
        )}
      </section>
      <section aria-labelledby="diff" className="card self-start md:sticky md:top-4">
        <h2 id="diff">What would change</h2>
        {of.version === newest ? undefined : (
          <p className="text-warn">Another operator has changed it to version {newest} since. Start again from that.</p>
        )}
        <Differences found={found} />
        {found.length === 0 ? undefined : (
          <>
            <Action
              key={of.version}
              label="Change the configuration"
              isRisk
              typed={`version ${of.version + 1}`}
              says="It holds for every event that is accepted after it. Events from before keep their prices, fees and deadlines. Halting takes one person; other changes take two, and a while in which others may refuse."
              call={({ reason }) => ({
                method: 'PUT',
                path: '/config',
                body: { config: value, reason },
                headers: { 'if-match': `"${of.version}"` },
              })}
            />
            <button type="button" className="button mt-3" data-size="small" onClick={drop}>
              Start again
            </button>
          </>
        )}
      </section>
    </div>
  )
}
