import { type State, lifecycle } from '@species/contracts'
import { describe, expect, it } from 'vitest'
import { Transitions } from './transitions.ts'

/** One that hears of every consumer of the table. */
function complete(): Transitions {
  const transitions = new Transitions()
  for (const { state, consumers } of lifecycle)
    for (const module of consumers) transitions.subscribed({ name: `${module}-${state}`, topic: state })
  return transitions
}
const body = (...path: State[]) =>
  ({ eventKey: 'k', times: Object.fromEntries(path.map((state, index) => [state, index])) }) as never

describe('what is held against the lifecycle table', () => {
  it('is in order where every step stands in it, whatever is repeated', () => {
    const transitions = complete()
    transitions.published({ topic: 'accepted', body: body('accepted') }, undefined)
    transitions.published({ topic: 'classified', body: body('accepted', 'classified') }, 'classifier-accepted')
    transitions.published({ topic: 'accepted', body: body('accepted') }, undefined)
    transitions.published({ topic: 'classified', body: body('accepted', 'classified') }, 'classifier-accepted')
    transitions.published({ topic: 'refused', body: body('accepted', 'classified', 'refused') }, 'validator-classified')
    expect(transitions.findings()).toEqual([])
  })

  it.each([
    [
      'a state that comes from nowhere',
      'matched',
      body('accepted', 'classified', 'validated', 'matched'),
      'matching-validated',
    ],
    ['a step that is left out', 'classified', body('accepted', 'validated'), 'classifier-accepted'],
    ['a module that says what is not its to say', 'classified', body('accepted', 'classified'), 'cashier-matched'],
  ] as const)('has a finding for %s', (_what, topic, said, consumer) => {
    const transitions = complete()
    transitions.published({ topic: 'accepted', body: body('accepted') }, undefined)
    transitions.published({ topic, body: said }, consumer)
    expect(transitions.findings()).toHaveLength(1)
  })

  it('has a finding for a consumer that the table does not know, and for one that is missing', () => {
    const transitions = complete()
    transitions.subscribed({ name: 'cashier-accepted', topic: 'accepted' })
    expect(transitions.findings()).toEqual(['cashier consumes accepted: not in the table'])
    expect(new Transitions().findings()).toContain('classifier does not consume accepted, as the table says')
  })
})
