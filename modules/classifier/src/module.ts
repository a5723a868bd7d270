import { Fault } from '@species/kernel'
import { type Clock, type Message, type Module, type Outgoing, consumer, step } from '@species/runtime'
import { classifierTables, classify } from './domain/classify.ts'

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
  if (!classifierTables.has(body.classifierVersion)) {
    // A newer program accepted it and will classify it; this one must not guess.
    throw new Fault('unknown_classifier_version', {
      retryable: true,
      publicMessage: 'The event waits for a newer program.',
      detail: { version: body.classifierVersion },
    })
  }
  const intent = classify(body.event, body.classifierVersion)
  return intent.ok
    ? step('classified', message, { ...body, intent: intent.value, times: { ...body.times, classified: nowMs } })
    : step('refused', message, {
        ...body,
        refusal: { ...intent.refusal, by: 'classifier' },
        times: { ...body.times, refused: nowMs },
      })
}
