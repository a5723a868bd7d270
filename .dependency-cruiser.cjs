// Who may reach whom. Every rule here is proven to fire by tools/tidy/layers.test.ts.

const isTest = '[.]test[.]ts$'
/** Facts and rules without schemas: they reach at most each other and the kernel. */
const factTables = '^packages/contracts/src/(chains|intents|recheck|transfers)[.]ts$'

/** Forbids dependencies from files matching `from` to files matching `to`. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** A package reaches the kernel, the contracts, and of the others those named. Its tests may reach all. */
const standsOn = (name, others) =>
  forbid(
    `${name}-reaches-only-what-is-below`,
    'Packages are layers by subject: what stands lower can be read, tested and used without what stands higher.',
    { path: `^packages/${name}/`, pathNot: [isTest, '/test-world\\.ts$'] },
    { path: `^packages/(?!(${[name, 'kernel', 'contracts', ...others].join('|')})/)` },
  )

module.exports = {
  forbidden: [
    forbid('no-cycles', 'Two files that need each other are one file, or hide a third.', {}, { circular: true }),
    forbid('resolvable', 'An import that resolves to nothing escapes every other rule.', {}, { couldNotResolve: true }),
    forbid(
      'domain-is-closed',
      'A domain reaches only itself, the kernel, and the types of the contracts.',
      { path: '^modules/([^/]+)/src/domain/', pathNot: isTest },
      { pathNot: ['^modules/$1/src/domain/', '^packages/kernel/', '^packages/contracts/'] },
    ),
    forbid(
      'domain-takes-only-types-from-contracts',
      'Schemas parse what arrives from outside; a domain is given values that were parsed already. Tables of facts hold no schema.',
      { path: '^modules/[^/]+/src/domain/', pathNot: isTest },
      { path: '^packages/contracts/', pathNot: factTables, dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'fact-tables-reach-nothing',
      'A domain reads them, so they pull in no schema: only each other and the kernel.',
      { path: factTables },
      { pathNot: [factTables, '^packages/kernel/'] },
    ),
    forbid(
      'modules-are-apart',
      'Modules meet through messages and queries of the contracts, never through imports.',
      { path: '^modules/([^/]+)/' },
      { path: '^modules/', pathNot: '^modules/$1/' },
    ),
    forbid(
      'modules-know-no-partner',
      'A module names what it needs in its ports; apps choose the provider or the sandbox.',
      { path: '^modules/' },
      { path: '^packages/(providers|sandbox)/' },
    ),
    forbid(
      'sandbox-shares-no-code',
      'A stand-in that shared code with the clients would share their mistakes.',
      { path: '^packages/sandbox/' },
      { path: '^(apps|modules|drills|simulation|tools|packages/(?!sandbox/))' },
    ),
    forbid(
      'kernel-reaches-nothing',
      'The kernel is the vocabulary of all; it has no words from elsewhere.',
      { path: '^packages/kernel/', pathNot: isTest },
      { pathNot: '^packages/kernel/' },
    ),
    forbid(
      'contracts-reach-only-the-kernel',
      'Everybody reads the contracts, so they may not pull anybody in.',
      { path: '^packages/contracts/' },
      { path: '^(apps|modules|drills|simulation|tools|packages/(?!(contracts|kernel)/))' },
    ),
    forbid(
      'only-the-marketplace-reaches-modules',
      'Modules are put together in one place; the packages below them stay usable without them.',
      { path: '^(packages/(?!marketplace/)|tools/)', pathNot: isTest },
      { path: '^modules/' },
    ),
    forbid(
      'nobody-below-reaches-the-marketplace',
      'It stands on packages and modules: one of them that reached it would need itself.',
      { path: '^(packages/(?!marketplace/)|modules/)' },
      { path: '^packages/marketplace/' },
    ),
    forbid(
      'the-marketplace-knows-no-partner',
      'Partners and engines are its ports: the program, the benchmark and the simulation each bring their own.',
      { path: '^packages/marketplace/', pathNot: isTest },
      { path: '^packages/(providers|sandbox|sdk)/' },
    ),
    standsOn('platform', []),
    standsOn('database', ['platform']),
    standsOn('cache', ['platform']),
    standsOn('bus', ['database', 'platform']),
    standsOn('http', ['cache', 'platform']),
    standsOn('flow', ['bus', 'database', 'http', 'platform']),
    standsOn('providers', ['platform']),
    forbid(
      'nobody-reaches-apps',
      'A program is an end: what others need of it belongs in a package.',
      // The reference page of the settings, the types of the API and the page of costs are generated from their schemas.
      { path: '^(packages|modules|tools)/', pathNot: '^tools/generate/(api|costs|reference)\\.ts$' },
      { path: '^apps/' },
    ),
    forbid(
      'apps-are-apart',
      'Two programs share packages, not each other.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    forbid(
      'testing-is-for-tests',
      'Fault injection and test worlds never run in production.',
      { path: '^(apps|modules|packages)/', pathNot: [isTest, '/test-[a-z-]+\\.ts$', '^packages/testing/'] },
      { path: '^packages/testing/' },
    ),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/gen/'] },
    exclude: { path: ['^node_modules/@types/'] },
    // Types count: a layer that knows another's types knows the other.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.d.ts', '.json'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
    skipAnalysisNotInRules: true,
  },
}
