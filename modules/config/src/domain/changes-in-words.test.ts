import { expect, it } from 'vitest'
import { changesInWords } from './changes.ts'

it('of a list it says what comes and what goes, however long the list is', () => {
  const from = Array.from({ length: 40 }, (_, n) => `0x${String(n).padStart(40, '0')}`)
  const to = [...from.slice(1), '0xnew']
  expect(changesInWords([{ path: 'chains.ETH.depositAddresses', from, to }])).toBe(
    `  chains.ETH.depositAddresses: adds ["0xnew"], removes ["0x${'0'.repeat(40)}"]`,
  )
})

it('a list in another order is shown', () => {
  expect(changesInWords([{ path: 'a', from: [1, 2], to: [2, 1] }])).toBe('  a: [1,2] → [2,1]')
})

it('a value that is cut says so, and by how much', () => {
  const text = changesInWords([{ path: 'a', from: '', to: 'x'.repeat(600) }])
  expect(text).toContain('… (cut: 102 more characters, read the whole action)')
})
