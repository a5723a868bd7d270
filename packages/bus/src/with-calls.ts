import type { Bus } from './bus.ts'

/** The same bus with some of its calls replaced: for what counts, loses, or listens to messages on their way. */
export function withCalls(bus: Bus, replaced: Partial<Bus>): Bus {
  const isConnected = bus.isConnected?.bind(bus)
  return {
    durable: bus.durable,
    publish: (messages) => bus.publish(messages),
    subscribe: (consumer) => {
      bus.subscribe(consumer)
    },
    declare: (consumer) => {
      bus.declare(consumer)
    },
    tap: (topic, listener) => bus.tap(topic, listener),
    start: () => bus.start(),
    backlog: () => bus.backlog(),
    ...(isConnected ? { isConnected } : {}),
    close: () => bus.close(),
    ...replaced,
  }
}
