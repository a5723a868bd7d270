import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ownDirectory, removeDirectory } from './belongings.ts'
import { findBinary } from './binaries.ts'
import { freePort } from './ports.ts'
import { ServerProcess } from './server-process.ts'

export interface NatsNode {
  readonly url: string
  readonly process: ServerProcess
  /** Resolves when it has caught up with the others; throws where it has not in that time. */
  untilCaughtUp(timeoutMs: number): Promise<void>
  /** Takes all streams and consumers away, while it is down. */
  deleteStorage(): void
}

/**
 * One server with JetStream, or a cluster of so many, with more arguments if given. The first has the given port, all others
 * free ones. Resolves when JetStream answers.
 */
export async function startNats(
  nodes: 1 | 3 = 1,
  more: readonly string[] = [],
  firstPort?: number,
): Promise<NatsNode[]> {
  const binary = findBinary('nats-server')
  const ports = await Promise.all(
    Array.from({ length: nodes }, async (_, index) => ({
      client: (index === 0 ? firstPort : undefined) ?? (await freePort()),
      route: await freePort(),
      monitor: await freePort(),
    })),
  )
  const routes = ports.map(({ route }) => `nats://127.0.0.1:${route}`)
  const made = ports.map(({ client, route, monitor }, index): NatsNode => {
    const directory = ownDirectory('nats')
    const storage = join(directory, 'storage')
    const cluster =
      nodes === 1
        ? []
        : ['--cluster_name', 'chaos', '--cluster', `nats://127.0.0.1:${route}`, '--routes', routes.join(',')]
    const process = new ServerProcess({
      name: `NATS ${index + 1}`,
      binary,
      argv: [
        ...['--name', `chaos${index + 1}`, '-a', '127.0.0.1', '-p', String(client), '-m', String(monitor)],
        ...['-js', '-sd', storage, ...cluster, ...more],
      ],
      logFile: join(directory, 'nats.log'),
      stopSignal: 'SIGTERM',
      // Whether it has caught up with the others is another question: they go on without it.
      untilReady: () => untilWell(monitor, '?js-server-only=true', 30_000),
    })
    return {
      url: `nats://127.0.0.1:${client}`,
      process,
      untilCaughtUp: (timeoutMs) => untilWell(monitor, '', timeoutMs),
      deleteStorage: () => {
        removeDirectory(storage)
      },
    }
  })
  await Promise.all(made.map((node) => node.process.start()))
  await Promise.all(made.map((node) => node.untilCaughtUp(30_000)))
  return made
}

/** Resolves when the server says that it is well: in a cluster, when it has found the others and its streams are up to date. */
async function untilWell(monitor: number, what: string, timeoutMs: number): Promise<void> {
  const until = Date.now() + timeoutMs
  for (;;) {
    const ill = await fetch(`http://127.0.0.1:${monitor}/healthz${what}`, { signal: AbortSignal.timeout(2_000) }).then(
      async (answer) => (answer.ok ? undefined : await answer.text()),
      (error: unknown) => String(error),
    )
    if (ill === undefined) return
    if (Date.now() > until) throw new Error(`NATS is not well after ${timeoutMs / 1_000} s: ${ill}`)
    await pause(100)
  }
}
