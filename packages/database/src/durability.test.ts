import { expect, it } from 'vitest'
import { type Durability, startRefusal } from './durability.ts'

const safe: Durability = {
  fsync: true,
  synchronousCommit: 'on',
  synchronousStandbyNames: 'ANY 1 (*)',
  synchronousStandbys: 1,
  isPromoted: false,
  losses: ['the words for it'],
}
const alone = { ...safe, synchronousStandbyNames: '', synchronousStandbys: 0 }

it.each([
  ['two hosts and a standby', 2, safe, true],
  ['two hosts and a standby that is away: writes wait, nothing is lost', 2, { ...safe, synchronousStandbys: 0 }, true],
  ['two hosts and a standby that applies', 2, { ...safe, synchronousCommit: 'remote_apply' }, true],
  ['two hosts that were never protected', 2, alone, false],
  ['the primary that was the standby a moment ago', 2, { ...alone, isPromoted: true }, true],
  ['two hosts, and no commit waits for the disk', 2, { ...safe, synchronousCommit: 'off' }, false],
  ['two hosts, and no commit waits for the standby', 2, { ...safe, synchronousCommit: 'local' }, false],
  ['the same after a promotion', 2, { ...safe, synchronousCommit: 'off', isPromoted: true }, false],
  ['one host alone', 1, { ...alone, synchronousCommit: 'off' }, true],
])('a process may start on %s or not', (_name, hosts, durability, may) => {
  const refusal = startRefusal(durability, hosts)
  expect(refusal === undefined).toBe(may)
  if (!may) expect(refusal).toContain('the words for it')
})
