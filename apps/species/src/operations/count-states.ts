import { type Bus, type Outgoing, withCalls } from '@species/bus'
import { type State, states } from '@species/contracts'
import type { Metrics } from '@species/platform'

const isState = (topic: string): topic is State => (states as readonly string[]).includes(topic)

/** The same bus; every state is counted by the process that brings an event there. */
export function countStates(bus: Bus, metrics: Metrics): Bus {
  const count = (messages: readonly Outgoing[]): void => {
    for (const { topic, body } of messages) {
      if (!isState(topic)) continue
      const intent = 'intent' in body && body.intent !== undefined ? body.intent : 'none'
      metrics.stateTotal.inc({ state: topic, intent })
    }
  }
  return withCalls(bus, {
    publish: async (messages) => {
      await bus.publish(messages)
      count(messages)
    },
    subscribe: (consumer) => {
      bus.subscribe({
        ...consumer,
        handle: async (batch) => {
          const outgoing = await consumer.handle(batch)
          count(outgoing)
          return outgoing
        },
      })
    },
  })
}
