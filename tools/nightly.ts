// What takes too long for every change. Needs the engines' programs on this machine; `.ci/run nightly` sees to that.
import { runKinds } from './run/kinds.ts'

const node = ['node', '--disable-warning=ExperimentalWarning'] as const
// Another seed each day, and the same one for all of a day: what failed in the night can be played again.
const seed = new Date().toISOString().slice(0, 10).replaceAll('-', '')

process.exitCode = await runKinds('nightly', [
  { name: 'simulation', command: [...node, 'simulation/main.ts', '--histories', '10000', '--seed', `${seed}00000`] },
  { name: 'chaos', command: [...node, 'drills/chaos/main.ts', '--seed', seed] },
  { name: 'chaos, embedded', command: [...node, 'drills/chaos/main.ts', 'embedded', '--kills', '220', '--seed', seed] },
  { name: 'tests', command: ['node', 'tools/test.ts'] },
])
