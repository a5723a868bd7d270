import { SpeciesError } from '@species/sdk'
import { expect, it } from 'vitest'
import { explain } from './output.ts'

const told = (detail: string, retryable: boolean): string =>
  explain(new SpeciesError({ code: 'payouts_off', status: 503, detail, retryable }))

it.each([
  'ETH is halted. Try again later.',
  'The event was not accepted. Send the same event again.',
  'Every address is taken. Ask again later, or buy without a quote.',
])('what a detail says of another try is not said twice: %s', (detail) => {
  expect(told(detail, true)).toBe(`payouts_off: ${detail}`)
})

it('another try is named where it may help and the detail does not say so, and nowhere else', () => {
  expect(told('Payouts are off.', true)).toBe('payouts_off: Payouts are off. Trying again later may help.')
  expect(told('The address is not in the address book.', false)).toBe(
    'payouts_off: The address is not in the address book.',
  )
})

it.each([
  ['ENOSPC', 'write', 'The disk is full: /data/keys could not be written (ENOSPC). Nothing that was accepted is lost.'],
  ['EROFS', 'open', '/data/keys cannot be written (EROFS): it is read-only, or belongs to another user.'],
  ['ENOTDIR', 'mkdir', '/data/keys is not a directory, or lies below a file (ENOTDIR).'],
  ['EADDRINUSE', 'listen', 'The port is taken'],
])('%s of the operating system is told in words, with what to do', (code, syscall, words) => {
  const error = Object.assign(new Error(`${code}: ${syscall}`), { code, path: '/data/keys' })
  expect(explain(error)).toContain(words)
  expect(explain(error)).toMatch(/\. [A-Z][^.]*\.$/)
})
