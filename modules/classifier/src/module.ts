import type { Message, Outgoing } from '@species/bus'
import { type Module, advance, consumer, refuse } from '@species/flow'
import type { Clock } from '@species/platform'
import { classify } from './domain/classify.ts'

/** The classifier: names the intent of an event. It keeps no row: the same event under the same version is always the same. */
export function createClassifier(deps: { readonly clock: Clock }): Module {
  return {
    name: 'classifier',
    consumers: [
      consumer({
        name: 'classifier-accepted',
        topic: 'accepted',
        maxBatch: 500,
        handle: (batch) => Promise.resolve(batch.map((message) => answer(message, deps.clock.now()))),
      }),
    ],
    endpoints: [],
    jobs: [],
  }
}

function answer(message: Message<'accepted'>, nowMs: number): Outgoing {
  const { body } = message
  // No row keeps when this was decided, and a replay must say the same: it takes no time worth telling.
  const atMs = body.times.accepted ?? nowMs
  const intent = classify(body.event, body.classifierVersion)
  return intent.ok
    ? advance('classified', message, body, { intent: intent.value }, atMs)
    : refuse(message, body, { ...intent.refusal, by: 'classifier' }, atMs)
}
