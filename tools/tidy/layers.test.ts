import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlantedRepository, plantPackage } from './planted.ts'
import { root } from './repository.ts'

const repository = createPlantedRepository()
afterAll(() => repository.remove())

const packages = [
  'apps/species',
  'apps/other',
  'modules/alpha',
  'modules/beta',
  ...['kernel', 'contracts', 'platform', 'database', 'bus', 'cache', 'http', 'flow'].map((name) => `packages/${name}`),
  ...['providers', 'sandbox', 'sdk', 'testing', 'marketplace'].map((name) => `packages/${name}`),
]

const take = (from: string): string => `import { word } from '${from}'\nexport const mine = word\n`
const takeType = (from: string): string => `import type { Word } from '${from}'\nexport type Mine = Word\n`

const violations: [path: string, content: string, rule: string][] = [
  ['modules/alpha/src/one.ts', "import './two.ts'\n", 'no-cycles'],
  ['modules/alpha/src/nowhere.ts', take('./does-not-exist.ts'), 'resolvable'],
  ['modules/alpha/src/domain/out.ts', take('../index.ts'), 'domain-is-closed'],
  ['modules/alpha/src/domain/zod.ts', "import { z } from 'zod'\nexport const mine = z\n", 'domain-is-closed'],
  [
    'modules/alpha/src/domain/node.ts',
    "import { join } from 'node:path'\nexport const mine = join\n",
    'domain-is-closed',
  ],
  ['modules/alpha/src/domain/runtime.ts', takeType('@species/platform'), 'domain-is-closed'],
  ['modules/alpha/src/domain/contracts.ts', take('@species/contracts'), 'domain-takes-only-types-from-contracts'],
  ['modules/alpha/src/beta.ts', take('@species/beta'), 'modules-are-apart'],
  ['modules/alpha/src/beta-types.ts', takeType('@species/beta'), 'modules-are-apart'],
  ['modules/alpha/src/beta-path.ts', take('../../beta/src/index.ts'), 'modules-are-apart'],
  ['modules/alpha/src/providers.ts', take('@species/providers'), 'modules-know-no-partner'],
  ['modules/alpha/src/sandbox.ts', take('@species/sandbox'), 'modules-know-no-partner'],
  ['packages/sandbox/src/kernel.ts', take('@species/kernel'), 'sandbox-shares-no-code'],
  ['packages/kernel/src/zod.ts', "import { z } from 'zod'\nexport const mine = z\n", 'kernel-reaches-nothing'],
  ['packages/kernel/src/contracts.ts', takeType('@species/contracts'), 'kernel-reaches-nothing'],
  ['packages/contracts/src/runtime.ts', take('@species/platform'), 'contracts-reach-only-the-kernel'],
  [
    'packages/contracts/src/intents.ts',
    "import { z } from 'zod'\nexport const mine = z\n",
    'fact-tables-reach-nothing',
  ],
  ['packages/platform/src/alpha.ts', take('@species/alpha'), 'only-the-marketplace-reaches-modules'],
  ['modules/alpha/src/whole.ts', take('@species/marketplace'), 'nobody-below-reaches-the-marketplace'],
  ['packages/testing/src/whole.ts', takeType('@species/marketplace'), 'nobody-below-reaches-the-marketplace'],
  ['packages/marketplace/src/partner.ts', take('@species/providers'), 'the-marketplace-knows-no-partner'],
  ['packages/platform/src/database.ts', takeType('@species/database'), 'platform-reaches-only-what-is-below'],
  ['packages/database/src/bus.ts', take('@species/bus'), 'database-reaches-only-what-is-below'],
  ['packages/cache/src/http.ts', take('@species/http'), 'cache-reaches-only-what-is-below'],
  ['packages/bus/src/http.ts', take('@species/http'), 'bus-reaches-only-what-is-below'],
  ['packages/http/src/database.ts', take('@species/database'), 'http-reaches-only-what-is-below'],
  ['packages/flow/src/providers.ts', take('@species/providers'), 'flow-reaches-only-what-is-below'],
  ['packages/providers/src/bus.ts', take('@species/bus'), 'providers-reaches-only-what-is-below'],
  ['packages/platform/src/app.ts', take('@species/species'), 'nobody-reaches-apps'],
  ['apps/species/src/other.ts', take('@species/other'), 'apps-are-apart'],
  ['modules/alpha/src/testing.ts', take('@species/testing'), 'testing-is-for-tests'],
]

const clean: [path: string, content: string][] = [
  ['packages/contracts/src/chains.ts', 'export const word = 1\n'],
  ['modules/alpha/src/domain/facts.ts', take('../../../../packages/contracts/src/chains.ts')],
  ['modules/alpha/src/domain/kernel.ts', take('@species/kernel')],
  ['modules/alpha/src/domain/types.ts', takeType('@species/contracts')],
  ['modules/alpha/src/domain/table.test.ts', "import { it } from 'vitest'\nexport const mine = it\n"],
  ['modules/alpha/src/runtime.ts', take('@species/platform')],
  ['modules/alpha/src/testing.test.ts', take('@species/testing')],
  ['packages/contracts/src/kernel.ts', take('@species/kernel')],
  ['packages/bus/src/database.ts', take('@species/database')],
  ['packages/marketplace/src/alpha.ts', take('@species/alpha')],
  ['apps/species/src/alpha.ts', take('@species/alpha')],
  ['drills/whole.test.ts', take('@species/alpha')],
]

describe('the layer rules say no to', () => {
  let rulesBroken: Map<string, string[]>

  beforeAll(() => {
    for (const path of packages) plantPackage(repository, path)
    for (const [path, content] of [...violations, ...clean]) repository.plant(path, content)
    repository.plant('modules/alpha/src/two.ts', "import './one.ts'\n")
    rulesBroken = cruise()
  })

  it.each(violations)('%s', (path, _content, rule) => {
    expect(rulesBroken.get(path) ?? []).toContain(rule)
  })

  it.each(clean)('but not to %s', (path) => {
    expect(rulesBroken.get(path) ?? []).toEqual([])
  })

  it('and every rule has a violation here', () => {
    const rules = [...new Set(violations.map(([, , rule]) => rule))]
    expect(rules.sort()).toEqual(ruleNames().sort())
  })
})

interface CruiseOutput {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[]
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] }
  }
}
let output: CruiseOutput

/** The rules that each planted file broke, by its path. */
function cruise(): Map<string, string[]> {
  const folders = ['apps', 'modules', 'packages', 'drills']
  const program = join(root, 'node_modules', '.bin', 'depcruise')
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders]
  const result = spawnSync(program, args, { cwd: repository.folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  output = JSON.parse(result.stdout) as CruiseOutput
  const byPath = new Map<string, string[]>()
  for (const { from, rule } of output.summary.violations) byPath.set(from, [...(byPath.get(from) ?? []), rule.name])
  return byPath
}

function ruleNames(): string[] {
  return output.summary.ruleSetUsed.forbidden.map(({ name }) => name)
}
