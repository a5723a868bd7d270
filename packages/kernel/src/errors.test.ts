import { describe, expect, it } from 'vitest'
import { type ErrorCode, catalogueEntry, errorCatalogue } from './errors.ts'
import { Fault } from './fault.ts'
import { no } from './outcome.ts'
import { refuse } from './result.ts'

const entries = Object.entries(errorCatalogue)

describe('the catalogue of error codes', () => {
  it.each(entries)('%s has a title, and the status of an error that fits it', (_code, entry) => {
    expect(entry.title).toMatch(/^[A-Z]/)
    expect(entry.status).toBeGreaterThanOrEqual(400)
    expect(entry.status).toBeLessThan(600)
    if (entry.seenIn === 'receipt') expect(entry.status).toBe(422)
    // A 408, a 429 and a 503 ask for the same request again; a 4xx about the request itself does not.
    if ([408, 429, 503].includes(entry.status)) expect(entry.retryable).toBe(true)
    if ([400, 401, 403, 404, 405].includes(entry.status)) expect(entry.retryable).toBe(false)
  })

  it('gives the entry of a code that was read', () => {
    const { title, retryable } = errorCatalogue.no_liquidity
    expect(catalogueEntry('no_liquidity')).toEqual({ title, retryable })
  })

  it.each(['a_code_of_a_newer_version', 'toString', '__proto__'])(
    'reads %s, which it does not know, as itself',
    (code) => {
      expect(catalogueEntry(code)).toEqual({ title: code, retryable: false })
    },
  )

  it('is closed: a misspelt code does not compile', () => {
    // @ts-expect-error: not a code
    refuse('no_liquiditty', '')
    // @ts-expect-error: not a code
    no('no_liquiditty', '')
    // @ts-expect-error: not a code of a fault
    new Fault('bus_unavailible', { retryable: true, publicMessage: '' })
    // @ts-expect-error: not a code
    const code: ErrorCode = 'no_liquiditty'
    expect(code in errorCatalogue).toBe(false)
  })
})
