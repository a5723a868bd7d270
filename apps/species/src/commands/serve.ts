import { type ModuleName, moduleNames } from '@species/contracts'
import { type HttpServer, listenHttp } from '@species/http'
import { createLogger } from '@species/platform'
import { startSandbox } from '@species/sandbox'
import { setTimeout as pause } from 'node:timers/promises'
import { type ComposeOptions, type Program, clientAddressOf, compose } from '../compose/compose.ts'
import { DirectoryTaken } from '../compose/local.ts'
import { startTracing } from '../compose/tracing.ts'
import { playDemo } from '../demo/demo.ts'
import { firstTrade } from '../demo/first-trade.ts'
import { serveMetrics } from '../operations/endpoints.ts'
import { type Pages, startPages } from '../pages/pages.ts'
import { type Settings, readSettings } from '../settings/settings.ts'
import { DataDirectory } from '../processes/data-directory.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { hint } from './output.ts'
import type { Terminal } from './terminal.ts'
import { wrongUse } from './wrong-use.ts'

/** `start`, `serve`, `sandbox`, `demo`: what keeps running, or plays once. */
export const serveRows: readonly CommandRow[] = [
  {
    name: 'start',
    summary: 'serve, with demo users and a first trade at the first start',
    keepsRunning: true,
    run: ({ terminal }) => serve(terminal, { first: true }),
  },
  {
    name: 'serve',
    summary: 'serve the marketplace until it is stopped',
    options: [['--modules <names>', 'work on the messages and jobs of these modules alone, e.g. validator,cashier']],
    keepsRunning: true,
    run: ({ terminal, options }) =>
      serve(terminal, { modules: readModules(options.text('modules'), readSettings(terminal.environment)) }),
  },
  {
    name: 'sandbox',
    summary: "serve only the partners' stand-ins, for tests of your own",
    options: [['--memory', 'forget everything at the end']],
    keepsRunning: true,
    async run({ terminal, options }: CommandCall): Promise<void> {
      const { sandboxPort, dataDirectory } = readSettings(terminal.environment)
      const sandbox = await startSandbox({
        httpPort: sandboxPort,
        grpcPort: sandboxPort === 0 ? 0 : sandboxPort + 1,
        blockIntervalMs: 2_000,
        ...(options.has('memory') ? {} : { journalPath: `${dataDirectory}/sandbox.jsonl` }),
      })
      const stopped = terminal.untilStopped()
      terminal.out(
        `ready ${sandbox.httpUrl} (Moralis at /moralis, TRON at /tron, control at /control), Onli Cloud gRPC at ${sandbox.grpcUrl}\n`,
      )
      await stopped
      await sandbox.close()
    },
  },
  {
    name: 'demo',
    summary: 'play every intent and some refusals on temporary data; exit 0 only if each ended as it must',
    async run(call: CommandCall): Promise<void> {
      call.exitCode = (await playDemo(call.options)) ? 0 : 1
    },
  },
]

/** The modules of `--modules`; throws where there is none of that name, or where the others could not be reached. */
function readModules(names: string | undefined, settings: Settings): readonly ModuleName[] | undefined {
  if (names === undefined) return undefined
  const wanted = names.split(',').map((name) => name.trim())
  for (const name of wanted)
    if (!(moduleNames as readonly string[]).includes(name))
      throw wrongUse(`There is no module ${name}. The modules are ${moduleNames.join(', ')}.`)
  if (settings.database.kind === 'embedded' || settings.nats === undefined)
    throw wrongUse(
      '--modules: the other modules run in other processes, so all need the same DATABASE_URL and NATS_URL. Set both, or leave --modules out.',
    )
  return wanted as ModuleName[]
}

async function serve(
  terminal: Terminal,
  { first = false, modules }: { first?: boolean; modules?: readonly ModuleName[] | undefined },
): Promise<void> {
  const settings = readSettings(terminal.environment)
  const say = (line: string): void => {
    terminal.out(`${line}\n`)
  }
  const started = performance.now()
  if (settings.database.kind === 'embedded') {
    say(`Starting the whole marketplace in this process; its data is in ${settings.dataDirectory}.`)
    say('The embedded database survives the death of the process, not a power cut: use DATABASE_URL for real money.')
  }
  const log = createLogger({ level: first ? 'warn' : settings.logLevel, stream: process.stderr })
  const tracing = startTracing(settings)
  const program = await composeWhenFree(settings, { log, ...(modules ? { modules } : {}) }, say)
  // What is open keeps a process alive: one that cannot listen lets go of it, and ends so that whoever watches starts it again.
  const pages =
    (settings.pages ?? first) ? startPages({ log, say, clientAddress: clientAddressOf(settings) }) : undefined
  const server = await open(program, settings, pages).catch(async (error: unknown) => {
    pages?.close()
    await program.close()
    throw error
  })
  try {
    const sandboxUrl = program.sandbox?.httpUrl ?? settings.sandboxUrl
    const { instance } = program
    const { publicUrl } = settings
    // Before anybody hears that it is ready: who stops it then finds it listening.
    const stopped = terminal.untilStopped()
    program.directory.writeRunning({
      url: server.url,
      instance,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      ...(sandboxUrl === undefined ? {} : { sandboxUrl }),
    })
    if (first) say(await firstTrade(program.directory, sandboxUrl, { baseUrl: server.url, publicUrl }, say))
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    const work = modules ? `, works on ${modules.join(', ')}` : ''
    say(`ready ${server.url} (${seconds} s)${work}${program.sandbox ? `, sandbox ${program.sandbox.httpUrl}` : ''}`)
    if (first) say(whatNext(server.url, terminal.environment['SPECIES_DATA_DIR'], pages))
    await stopped
    say('Stopping: finishing what runs.')
  } finally {
    program.directory.clearRunning(server.url)
    pages?.close()
    await server.close()
    await program.close()
    await tracing.close()
  }
}

const freeWithinMs = 20_000
const freeEveryMs = 250

/**
 * Composes the program once the data directory is free. A process that is stopping has taken its note away already and lets go of
 * the directory in a moment, as after a restart; one that is at work keeps it, and that is an error at once.
 */
async function composeWhenFree(
  settings: Settings,
  options: ComposeOptions,
  say: (line: string) => void,
): Promise<Program> {
  const directory = new DataDirectory(settings.dataDirectory)
  for (let waitedMs = 0; ; waitedMs += freeEveryMs) {
    try {
      return await compose(settings, options)
    } catch (error) {
      if (!(error instanceof DirectoryTaken)) throw error
      const running = directory.readRunning()
      if (running)
        throw new Error(
          `${directory.path} belongs to the process at ${running.url}. Stop it, or set SPECIES_DATA_DIR.`,
          {
            cause: error,
          },
        )
      if (waitedMs >= freeWithinMs)
        throw new Error(`${directory.path} is held by another process, which does not say where it answers. Stop it.`, {
          cause: error,
        })
      if (waitedMs === 0) say(`${directory.path} is held by another process that starts or stops; waiting for it.`)
      await pause(freeEveryMs)
    }
  }
}

/** Listens, and answers with the address people use. */
async function open(
  program: Program,
  { port, host, publicUrl, metricsPort }: Settings,
  pages: Pages | undefined,
): Promise<HttpServer & { url: string }> {
  const server = await listenHttp({
    fetch: (request, env) => program.fetch(request, env),
    before: pages?.take,
    port,
    host,
    publicUrl,
  })
  program.listensAt(server.port)
  const metrics = metricsPort === undefined ? undefined : await listenMetrics(program, { metricsPort, host }, server)
  const name = host === '127.0.0.1' || host === '::1' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return {
    port: server.port,
    url: `http://${name}:${server.port}`,
    close: async () => {
      await Promise.all([server.close(), metrics?.close()])
    },
  }
}

/** Throws, and lets go of the other port, where it cannot listen. */
async function listenMetrics(
  program: Program,
  { metricsPort, host }: { metricsPort: number; host: string },
  server: HttpServer,
): Promise<HttpServer> {
  try {
    return await listenHttp({ fetch: (request) => serveMetrics(program.metrics, request), port: metricsPort, host })
  } catch (error) {
    await server.close()
    throw error
  }
}

function whatNext(url: string, dataDirectory: string | undefined, pages: Pages | undefined): string {
  const next = (command: string): string => hint(command, dataDirectory)
  return [
    '',
    ...(pages ? [`Open ${url} in a browser: the market is there.`, ''] : []),
    'Or try next, in another terminal:',
    ...inColumns([
      [next('event submit --as alice --to bob --amount 3'), 'transfer units and print the receipt'],
      [next('user balance alice'), 'what alice has'],
      [next('doctor'), 'check everything that must always be true'],
      [`${url}/docs`, 'the API, to read'],
    ]),
    '',
  ].join('\n')
}

function inColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([what]) => what.length))
  return rows.map(([what, why]) => `  ${what.padEnd(width)}   ${why}`)
}
