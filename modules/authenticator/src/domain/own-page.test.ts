import { describe, expect, it } from 'vitest'
import { notFromOwnPage } from './own-page.ts'

const ours = { host: 'localhost:8080', 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8080' }
const without = (name: keyof typeof ours): Record<string, string> =>
  Object.fromEntries(Object.entries(ours).filter(([one]) => one !== name))

describe('a request comes from a page of ours on this machine', () => {
  it.each([
    ['by name', ours],
    ['by address', { ...ours, host: '127.0.0.1:1', origin: 'http://127.0.0.1:1' }],
    ['over IPv6', { ...ours, host: '[::1]:1', origin: 'http://[::1]:1' }],
    ['as a read, which has no Origin', without('origin')],
  ])('%s', (_name, headers) => {
    expect(notFromOwnPage(new Headers(headers))).toBeUndefined()
  })
})

describe('a request does not, where', () => {
  it.each([
    ['it was forwarded', { ...ours, forwarded: 'for=1.2.3.4' }],
    ['a proxy named the caller', { ...ours, 'x-forwarded-for': '127.0.0.1' }],
    ['a proxy named the host', { ...ours, 'x-forwarded-host': 'localhost' }],
    ['a proxy named itself', { ...ours, via: '1.1 proxy' }],
    ['its Host is a name that was pointed at us', { ...ours, host: 'evil.example:8080' }],
    ['its Host only begins like ours', { ...ours, host: 'localhost.evil.example' }],
    ['its Host is 127.evil', { ...ours, host: '127.0.0.1.evil.example' }],
    ['it has no Host', without('host')],
    ['a page of another site sent it', { ...ours, 'sec-fetch-site': 'cross-site' }],
    ['a page of another port sent it', { ...ours, 'sec-fetch-site': 'same-site' }],
    ['a person typed it', { ...ours, 'sec-fetch-site': 'none' }],
    ['no browser sent it', without('sec-fetch-site')],
    ['its Origin is another', { ...ours, origin: 'http://localhost:9090' }],
    ['its Origin is hidden', { ...ours, origin: 'null' }],
  ])('%s', (_name, headers) => {
    expect(notFromOwnPage(new Headers(headers))).toBeDefined()
  })
})
