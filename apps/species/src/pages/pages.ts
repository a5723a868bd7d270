import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { ClientAddress } from '@species/http'
import type { Logger } from '@species/platform'
import { buildOfNow, gateway, isBuilt, pagesEnvironment, startBuild } from './build-pages.ts'
import { type Front, createFront } from './front.ts'
import type { PagesState } from './placeholder.ts'

/** The market in a browser, beside the API on the same port. */
export interface Pages {
  readonly take: Front
  close(): void
}

const restartAfterMs = 1_000

interface PagesOptions {
  readonly log: Logger
  readonly say: (line: string) => void
  /** Tells whose a request is, where proxies are in front. */
  readonly clientAddress?: ClientAddress
}

/**
 * Builds the pages where they are not built yet, and serves them from a process of their own: rendering never holds up a trade.
 * Nothing here stops the API. Where a build fails, every page says what to do.
 */
export function startPages({ log, say, clientAddress }: PagesOptions): Pages {
  let state: PagesState = 'starting'
  let port: number | undefined
  let child: ChildProcess | undefined
  let isClosed = false
  let restart: NodeJS.Timeout | undefined
  const since = performance.now()
  const build = buildOfNow()

  const serve = (): void => {
    if (isClosed) return
    state = 'starting'
    const server = fork(join(gateway, 'serve.ts'), [], {
      cwd: gateway,
      env: pagesEnvironment(build),
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child = server
    server.stderr?.on('data', (chunk: Buffer) => {
      log.warn({ said: chunk.toString().slice(0, 2_000) }, 'the pages’ process said')
    })
    server.on('message', (message) => {
      port = (message as { port: number }).port
      state = 'ready'
    })
    server.once('exit', (code) => {
      port = undefined
      if (isClosed) return
      log.error({ code }, 'the pages’ process has ended and is started again')
      restart = setTimeout(serve, restartAfterMs)
    })
  }

  if (isBuilt(build)) serve()
  else {
    state = 'building'
    say('Building the pages once, in the background; the API answers meanwhile.')
    const building = startBuild(build)
    child = building.child
    building.done.then(
      () => {
        if (isClosed) return
        say(`The pages are built (${((performance.now() - since) / 1_000).toFixed(0)} s).`)
        serve()
      },
      (error: unknown) => {
        if (isClosed) return
        state = 'failed'
        say(
          `The pages could not be built; the API answers. Run "npm run build -w apps/gateway" to see all of it.\n${String(error)}`,
        )
      },
    )
  }

  const seconds = (): number => Math.round((performance.now() - since) / 1_000)
  const front = createFront(() => ({ port, state, seconds: seconds() }), log, clientAddress)
  return {
    take: front,
    close() {
      isClosed = true
      clearTimeout(restart)
      child?.kill('SIGKILL')
    },
  }
}
