'use client'
import { type ReactNode, useState } from 'react'
import { type Json, type Schema, isObject, replaced } from '../../lib/config.ts'
import { Field } from '../forms.tsx'

interface Part {
  readonly schema: Schema
  readonly value: Json
  readonly change: (value: Json) => void
}

/** A form made of the API's own schema: a field that is added there stands here without a line of code. */
export function ConfigFields({ schema, value, change }: Part): ReactNode {
  return <Fields path={[]} schema={schema} value={value} root={value} change={change} />
}

interface Place extends Part {
  readonly path: readonly string[]
  /** All of the configuration. */
  readonly root: Json
}

function Fields({ path, schema, value, root, change }: Place): ReactNode {
  const names = isObject(value) ? Object.keys(value) : []
  return (
    <div className="grid gap-3">
      {names.map((name) => {
        const here = [...path, name]
        const one = isObject(value) ? (value[name] ?? null) : null
        const described = schema.properties?.[name] ?? {}
        if (isObject(one))
          return (
            <details key={name} className="rounded-lg border border-line p-3" open={path.length > 0}>
              <summary className="cursor-pointer font-medium">{name}</summary>
              <div className="mt-2">
                <Fields path={here} schema={described} value={one} root={root} change={change} />
              </div>
            </details>
          )
        return (
          <OneField
            key={name}
            name={name}
            schema={described}
            value={one}
            set={(to) => {
              change(replaced(root, here, to))
            }}
          />
        )
      })}
    </div>
  )
}

interface Leaf {
  readonly name: string
  readonly schema: Schema
  readonly value: Json
  readonly set: (value: Json) => void
}

function OneField({ name, schema, value, set }: Leaf): ReactNode {
  if (typeof value === 'boolean')
    return (
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="accent-accent"
          checked={value}
          onChange={({ target }) => {
            set(target.checked)
          }}
        />
        {name}
      </label>
    )
  if (schema.enum !== undefined && typeof value === 'string')
    return (
      <label className="block">
        <span className="mb-1 block font-medium">{name}</span>
        <select
          className="input"
          value={value}
          onChange={({ target }) => {
            set(target.value)
          }}
        >
          {schema.enum.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
    )
  if (typeof value === 'string') return <Field label={name} value={value} onChange={set} help={schema.description} />
  return <JsonField name={name} schema={schema} value={value} set={set} />
}

/** A number, or a list: as JSON. While it cannot be read nothing is changed, and that is said. */
function JsonField({ name, schema, value, set }: Leaf): ReactNode {
  const [text, setText] = useState<string>()
  const shown = text ?? JSON.stringify(value)
  const fault =
    text === undefined || parsed(text) !== undefined ? undefined : 'This is no JSON. The value before it stays.'
  return (
    <Field
      label={name}
      value={shown}
      inputMode={typeof value === 'number' ? 'decimal' : 'text'}
      error={fault}
      help={schema.description}
      onChange={(to) => {
        setText(to)
        const read = parsed(to)
        if (read !== undefined) {
          setText(undefined)
          set(read)
        }
      }}
    />
  )
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
