import type { Outgoing } from '@species/bus'
import { type State, states } from '@species/contracts'
import type { Bus } from '@species/bus'
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
  return {
    durable: bus.durable,
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
    declare: bus.declare.bind(bus),
    tap: bus.tap.bind(bus),
    start: bus.start.bind(bus),
    backlog: bus.backlog.bind(bus),
    close: bus.close.bind(bus),
  }
}
