import { expect, it } from 'vitest'
import { createStreamPlaces, maxStreams, maxStreamsOfOwner } from './stream-places.ts'

function full(): ReturnType<typeof createStreamPlaces> {
  const places = createStreamPlaces()
  for (let owner = 0; owner < maxStreams / maxStreamsOfOwner; owner++)
    for (let nth = 0; nth < maxStreamsOfOwner; nth++) expect(places.take(`owner-${owner}`)).toBeTypeOf('function')
  return places
}

it('an owner’s first stream is taken though the process is full, and their second is not', () => {
  const places = full()
  expect(places.take('alice')).toBeTypeOf('function')
  expect(places.take('alice')).toBe('all')
})

it('one owner fills no process', () => {
  expect(full().take('owner-0')).toBe('mine')
})

it('a place that is given back is free again, once', () => {
  const places = createStreamPlaces()
  const taken = Array.from({ length: maxStreamsOfOwner }, () => places.take('alice'))
  const [first] = taken
  if (typeof first === 'function') {
    first()
    first()
  }
  expect([places.take('alice'), places.take('alice')]).toEqual([expect.any(Function), 'mine'])
})

it('even first streams have a bound', () => {
  const places = createStreamPlaces()
  for (let owner = 0; owner < 4 * maxStreams; owner++) places.take(`owner-${owner}`)
  expect(places.take('one-more')).toBe('all')
})
