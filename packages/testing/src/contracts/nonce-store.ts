import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type ManualClock, manualClock } from '../clock.ts'

export interface NonceUseUnderTest {
  readonly owner: string
  readonly nonce: string
  readonly eventId: string | undefined
  readonly requestHash: string
}

type UseNonceUnderTest = (use: NonceUseUnderTest) => Promise<'new' | 'resend' | 'replayed'>

export interface NonceStoreUnderTest {
  /** A store of a process of its own; all share what is stored. */
  open(clock: ManualClock): Promise<UseNonceUnderTest>
  /** What comes round in a process: forgets what may be forgotten. */
  purge(clock: ManualClock): Promise<void>
  dispose?(): Promise<void>
}

/** What every store of nonces promises: run on each implementation. */
export function describeNonceStore(name: string, answers: boolean, under: NonceStoreUnderTest): void {
  describe.skipIf(!answers)(`the contract of a nonce store: ${name}`, () => {
    let clock: ManualClock
    let use: UseNonceUnderTest
    let first: NonceUseUnderTest
    afterAll(async () => {
      await under.dispose?.()
    })
    beforeEach(async () => {
      clock = manualClock()
      use = await under.open(clock)
      first = { owner: 'ann', nonce: `nonce-of-a-test-${++count}`, eventId: 'event-0001', requestHash: 'h1' }
    })

    it('says new once', async () => {
      expect([await use(first), await use(first)]).toEqual(['new', 'resend'])
    })

    it.each([
      ['the same event and body again', {}, 'resend'],
      ['another body', { requestHash: 'h2' }, 'replayed'],
      ['another event', { eventId: 'event-0002' }, 'replayed'],
      ['no event', { eventId: undefined }, 'replayed'],
      ['somebody else’s own nonce of that name', { owner: 'bob' }, 'new'],
    ] as const)('judges a second use: %s', async (_name, change, verdict) => {
      await use(first)
      expect(await use({ ...first, ...change })).toBe(verdict)
    })

    it('never takes a request without an event for a resend: its effect would come twice', async () => {
      const change = { ...first, eventId: undefined }
      expect([await use(change), await use(change)]).toEqual(['new', 'replayed'])
    })

    it('gives one nonce to one request, however many ask at once, in any number of processes', async () => {
      const processes = [use, await under.open(clock), await under.open(clock)]
      const uses = Array.from({ length: 60 }, (_, index) => ({ ...first, requestHash: `h${index}` }))
      const verdicts = await Promise.all(uses.map((one, index) => (processes[index % 3] ?? use)(one)))
      expect(verdicts.filter((one) => one === 'new')).toHaveLength(1)
      expect(verdicts.filter((one) => one === 'replayed')).toHaveLength(59)
    })

    it('remembers for longer than a signature is fresh, in another process too', async () => {
      await use(first)
      clock.advance(10 * 60_000)
      await under.purge(clock)
      expect(await (await under.open(clock))({ ...first, requestHash: 'h2' })).toBe('replayed')
    })
  })
}

let count = 0
