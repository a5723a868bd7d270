import type { ClaimsPort } from '@species/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Outside, type Step, broken, ending, history, payoutRows, take } from '../play/history.ts'
import { mortal } from '../play/mortal-database.ts'
import { usePlay } from '../play/test-world.ts'
import { testClaims } from '../test-books.ts'

const play = usePlay()

/** Plays a history from the beginning; answers with what was not as it must be, at the first step where it was not. */
async function played(
  steps: readonly Step[],
  planted?: 'sent again after a kill' | 'claims anything',
): Promise<string[]> {
  await play.reset()
  const outside = new Outside(play)
  const process = mortal(play.database)
  Object.assign(play.world.deps, { database: process.database })
  if (planted === 'claims anything')
    Object.assign(play.world.deps, {
      claims: (tx: Parameters<typeof testClaims>[0]) => ({
        ...testClaims(tx),
        claim: (...[transfer, holder, note]: Parameters<ClaimsPort['claim']>) =>
          testClaims(tx).claim({ ...transfer, hash: `${transfer.hash} ${holder.ref}` }, holder, note),
      }),
    })
  for (const step of steps) {
    await take(play, outside, process, step)
    if (planted === 'sent again after a kill' && step.dieAt !== undefined)
      await play.database.script(
        `DELETE FROM payouts.attempts; UPDATE payouts.payouts SET state = 'approved' WHERE state = 'sending'`,
      )
    const found = await broken(play, outside)
    if (found.length > 0) return found
  }
  return await ending(play, outside)
}

it('whatever happens, and wherever the process dies: money leaves once, and the books say what left', async () => {
  const ends = new Set<string>()
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      expect(await played(steps)).toEqual([])
      for (const { state } of await payoutRows(play)) ends.add(state)
    }),
    { numRuns: 40, endOnFailure: true },
  )
  expect([...ends]).toEqual(expect.arrayContaining(['cancelled', 'settled']))
}, 240_000)

const one = (what: Step['what'], dieAt?: number, which = 0): Step => ({ what, which, dieAt })

it('a process that dies at any place of any step of a payout leaves it whole', async () => {
  const road = [
    'request',
    'approve',
    'send',
    'pay by hand',
    'name the transaction',
    'follow',
    'reorganise',
    'wait an hour',
  ] as const
  for (const [index, what] of road.entries())
    for (let dieAt = 1; dieAt <= 31; dieAt += 5) {
      const before = road.slice(0, index).map((step) => one(step))
      const after = [...road.slice(index), 'mine again' as const, 'wait an hour' as const].map((step) => one(step))
      expect([what, dieAt, await played([...before, one(what, dieAt), ...after])]).toEqual([what, dieAt, []])
    }
}, 240_000)

const partner = (dieAt: number): Step[] => [
  one('request'),
  one('approve'),
  one('send, and the partner acts and does not answer', dieAt),
  one('send twice at once'),
]
const twoPayouts = [
  ...(['request', 'request'] as const).map((what) => one(what)),
  ...(['approve', 'send'] as const).flatMap((what) => [one(what), one(what, undefined, 1)]),
  one('pay by hand'),
  one('name the transaction'),
  one('name another transaction', undefined, 1),
  one('follow'),
]

it('a planted bug is found: what was being sent when the process died is sent again', async () => {
  const found: string[] = []
  for (let dieAt = 1; dieAt <= 61; dieAt += 6) {
    expect(await played(partner(dieAt))).toEqual([])
    found.push(...(await played(partner(dieAt), 'sent again after a kill')))
  }
  expect(found.join()).toContain('is approved, and its money has left')
}, 240_000)

it('a planted bug is found: one transfer proves two payouts', async () => {
  expect(await played(twoPayouts)).toEqual([])
  expect((await played(twoPayouts, 'claims anything')).join()).toContain('are said to have left')
}, 120_000)
