import { describe, expect, it } from 'vitest'
import { createSealer } from './sealing.ts'
import { Secret } from './secret.ts'
import { systemIds } from './system.ts'

const old = new Secret('the old master key')
const current = new Secret('the current master key')
const plain = new TextEncoder().encode('an API secret')
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('a sealed secret', () => {
  const sealer = createSealer([current], systemIds)

  it('opens for its own context, and never looks the same twice', () => {
    const sealed = sealer.seal(plain, 'key:1')
    expect(text(sealer.open(sealed, 'key:1'))).toBe('an API secret')
    expect(sealed).not.toContain('secret')
    expect(sealer.seal(plain, 'key:1')).not.toBe(sealed)
  })

  it('does not open in another row', () => {
    const sealed = sealer.seal(plain, 'key:1')
    expect(() => sealer.open(sealed, 'key:2')).toThrow('belongs elsewhere')
  })

  it('does not open once any part of it was altered', () => {
    const parts = sealer.seal(plain, 'key:1').split('.')
    const flip = (part: string): string => (part.startsWith('A') ? 'B' : 'A') + part.slice(1)
    for (const index of [0, 1, 2, 3]) {
      const altered = parts.map((part, at) => (at === index ? flip(part) : part)).join('.')
      expect(() => sealer.open(altered, 'key:1'), `part ${index}`).toThrow('does not open')
    }
  })

  it.each(['', 'v1', 'v1...', 'nonsense'])('does not open where it is no sealed text: %j', (sealed) => {
    expect(() => sealer.open(sealed, 'key:1')).toThrow('does not open')
  })

  it('opens while keys rotate, is sealed with the newest, and not opened without its own', () => {
    const sealed = createSealer([old], systemIds).seal(plain, 'key:1')
    const rotating = createSealer([current, old], systemIds)
    expect(text(rotating.open(sealed, 'key:1'))).toBe('an API secret')
    const renewed = rotating.seal(plain, 'key:1')
    expect(text(createSealer([current], systemIds).open(renewed, 'key:1'))).toBe('an API secret')
    expect(() => createSealer([current], systemIds).open(sealed, 'key:1')).toThrow('SPECIES_MASTER_KEY')
  })
})

it('a secret does not print', () => {
  expect([String(current), JSON.stringify({ current }), JSON.stringify([current])].join('')).not.toContain('master')
})
