import { expect, it } from 'vitest'
import { linesMatching, read, writtenFiles } from './repository.ts'

// A message has a partition, and the partition of an event's message is its owner's. Who builds one must ask for it.
const builders = ['packages/bus/src/bus.ts', 'packages/flow/src/due-work.ts', 'packages/flow/src/state-messages.ts']

it('builds the messages of an event’s states in packages/flow, and nowhere else', () => {
  const production = writtenFiles('.ts').filter(
    (path) =>
      /^(apps|modules|packages)\//.test(path) &&
      !/^packages\/(kernel|testing|sandbox)\//.test(path) &&
      !/(\.test|test-world)\.ts$/.test(path),
  )
  const asking = production.filter((path) => linesMatching(path, read(path), /\bpartitionOf\b/).length > 0)
  expect(asking.sort()).toEqual(builders)
  // The bus's own builder takes notices only, so that what is not flow cannot name a state.
  expect(read('packages/bus/src/bus.ts')).toContain('export function about<T extends NoticeName>(')
})
