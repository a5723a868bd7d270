'use client'
import { type ReactNode, useId } from 'react'
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components'

/** One line of text with its name, its explanation, and what is wrong with it. */
export function Field({
  label,
  value,
  onChange,
  help,
  error,
  inputMode = 'text',
  suffix,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  help?: ReactNode
  error?: string | undefined
  inputMode?: 'text' | 'numeric' | 'decimal'
  suffix?: string
}): ReactNode {
  return (
    <TextField value={value} onChange={onChange} isInvalid={error !== undefined} className="block">
      <Label className="mb-1 block font-medium">{label}</Label>
      <span className="flex items-center gap-2">
        <Input className="input" inputMode={inputMode} autoComplete="off" spellCheck={false} />
        {suffix === undefined ? undefined : <span className="text-muted">{suffix}</span>}
      </span>
      {help === undefined ? undefined : (
        <Text slot="description" className="mt-1 block text-sm text-muted">
          {help}
        </Text>
      )}
      <FieldError className="mt-1 block text-sm text-bad">{error}</FieldError>
    </TextField>
  )
}

export function Choice<T extends string>({
  label,
  value,
  onChange,
  options,
}: {
  label: string
  value: T
  onChange: (value: T) => void
  options: readonly { readonly value: T; readonly title: string; readonly text?: ReactNode }[]
}): ReactNode {
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{label}</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {options.map((option) => (
          <label
            key={option.value}
            className="flex cursor-pointer items-start gap-3 rounded-lg border border-line-strong p-3 has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              className="mt-1 accent-accent"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => {
                onChange(option.value)
              }}
            />
            <span>
              <span className="block font-medium">{option.title}</span>
              {option.text === undefined ? undefined : <span className="block text-sm text-muted">{option.text}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** What is wrong with a number of units as it stands in its field; undefined while it is empty or right. */
export function unitsFault(text: string): string | undefined {
  if (text === '' || /^[1-9]\d{0,15}$/.test(text)) return undefined
  return 'Write a whole number of units, such as 25.'
}

/** The same for a price in USDT. */
export function priceFault(text: string): string | undefined {
  if (text === '' || (/^\d{1,9}(\.\d{1,6})?$/.test(text) && /[1-9]/.test(text))) return undefined
  return 'Write a price such as 1.25, with at most six decimal places.'
}
