import { chainFacts, familyFacts, intents } from '@species/contracts'
import { describe, expect, it } from 'vitest'
import { linesMatching, read, writtenFiles } from './repository.ts'

/** Chains that no family is named after: where one stands as a key, there is a list of chains. */
const namesOfChainsAlone = Object.keys(chainFacts).filter((chain) => !(chain in familyFacts))
const literals = [...Object.keys(chainFacts), ...intents].join('|')
const keys = [...namesOfChainsAlone, ...intents].join('|')
/** A family may have the name of a chain: it is asked for by `chainsOf`. */
const named = new RegExp(`(?<!chainsOf\\()['"\`](${literals})['"\`]|\\b(${keys})\\b['"]?:`)

/** Where a chain or an intent may be named, and why. */
const mayName: readonly RegExp[] = [
  /\.test\.ts$|\/test-[a-z-]+\.ts$/,
  // The table by which the fields of an event become its intent.
  /^modules\/classifier\/src\/domain\/classify\.ts$/,
  // The examples in the description of the API, which stand beside the routes and play callers.
  /^modules\/[a-z-]+\/src\/http\//,
  // The commands of the command line, one for what people want, and the demonstration: both play callers.
  /^apps\/species\/src\/commands\/trade\.ts$/,
  /^apps\/species\/src\/demo\//,
  // The words of the pages, which play callers as well.
  /^apps\/gateway\/src\/lib\/words\.ts$/,
]

const sources = writtenFiles('.ts').filter(
  (path) => /^(modules|apps|packages\/providers)\//.test(path) && !mayName.some((pattern) => pattern.test(path)),
)

describe('what is true of a chain or an intent stands in the tables of the contracts', () => {
  it('so no module, provider or app names one', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(sources.flatMap((path) => linesMatching(path, read(path), named))).toEqual([])
  })

  it.each([
    "if (chain === 'TRON') return",
    'const blockMs = { ETH: 12_000, BSC: 3_000 }',
    "switch (intent) { case 'REDEEM':",
    '{ "POLYGON": 1 }',
  ])('and a line such as %s is found', (line) => {
    expect(linesMatching('x.ts', line, named)).toHaveLength(1)
  })

  it.each(["chains: chainsOf('TRON'),", '{ EVM: evmSigner, TRON: tronSigner }', 'const x = `TRON: ${error.message}`'])(
    'but not one such as %s',
    (line) => {
      expect(linesMatching('x.ts', line, named)).toEqual([])
    },
  )
})
