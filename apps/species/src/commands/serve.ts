import { type ModuleName, moduleNames } from '@species/contracts'
import { Fault } from '@species/kernel'
import { type HttpServer, createLogger, listenHttp } from '@species/runtime'
import { startSandbox } from '@species/sandbox'
import type { Command } from 'commander'
import { type Program, compose } from '../compose.ts'
import { playDemo } from '../local/demo.ts'
import { firstTrade } from '../local/first-trade.ts'
import { type Settings, readSettings } from '../settings.ts'
import { say, untilStopped } from './output.ts'

/** `start`, `serve`, `sandbox`, `demo`: what keeps running, or plays once. */
export function addServeCommands(program: Command): void {
  program
    .command('start')
    .description('serve, with demo users and a first trade at the first start')
    .action(async () => {
      const settings = readSettings(process.env)
      await run(settings, { first: true })
    })
  program
    .command('serve')
    .description('serve the marketplace until it is stopped')
    .option('--modules <names>', 'work on the messages and jobs of these modules alone, e.g. validator,cashier')
    .action(async (options: { modules?: string }) => {
      const settings = readSettings(process.env)
      await run(settings, { modules: readModules(options.modules, settings) })
    })
  program
    .command('sandbox')
    .description("serve only the partners' stand-ins, for tests of your own")
    .option('--memory', 'forget everything at the end')
    .action(async (options: { memory?: true }) => {
      const { sandboxPort, dataDirectory } = readSettings(process.env)
      const sandbox = await startSandbox({
        httpPort: sandboxPort,
        grpcPort: sandboxPort === 0 ? 0 : sandboxPort + 1,
        blockIntervalMs: 2_000,
        ...(options.memory === true ? {} : { journalPath: `${dataDirectory}/sandbox.jsonl` }),
      })
      say(
        `ready ${sandbox.httpUrl} (Moralis at /moralis, TRON at /tron, control at /control), Onli Cloud gRPC at ${sandbox.grpcUrl}`,
      )
      await untilStopped()
      await sandbox.close()
    })
  program
    .command('demo')
    .description('play every intent and some refusals on temporary data; exit 0 only if each ended as it must')
    .option('--json', 'print the results as JSON')
    .action(async (options: { json?: true }) => {
      process.exitCode = (await playDemo(options)) ? 0 : 1
    })
}

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

const wrongUse = (text: string): Fault => new Fault('invalid_settings', { retryable: false, publicMessage: text })

async function run(
  settings: Settings,
  { first = false, modules }: { first?: boolean; modules?: readonly ModuleName[] | undefined },
): Promise<void> {
  const started = performance.now()
  if (settings.database.kind === 'embedded') {
    say(`Starting the whole marketplace in this process; its data is in ${settings.dataDirectory}.`)
    say('The embedded database survives the death of the process, not a power cut: use DATABASE_URL for real money.')
  }
  const log = createLogger({ level: first ? 'warn' : settings.logLevel, stream: process.stderr })
  const program = await compose(settings, { log, ...(modules ? { modules } : {}) })
  // What is open keeps a process alive: one that cannot listen lets go of it, and ends so that whoever watches starts it again.
  const server = await open(program, settings).catch(async (error: unknown) => {
    await program.close()
    throw error
  })
  try {
    const sandboxUrl = program.sandbox?.httpUrl ?? settings.sandboxUrl
    const { publicUrl } = settings
    program.directory.writeRunning({
      url: server.url,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      ...(sandboxUrl === undefined ? {} : { sandboxUrl }),
    })
    if (first) say(await firstTrade(program.directory, sandboxUrl, { baseUrl: server.url, publicUrl }))
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    const work = modules ? `, works on ${modules.join(', ')}` : ''
    say(`ready ${server.url} (${seconds} s)${work}${program.sandbox ? `, sandbox ${program.sandbox.httpUrl}` : ''}`)
    if (first) say(whatNext(server.url))
    await untilStopped()
    say('Stopping: finishing what runs.')
  } finally {
    program.directory.clearRunning(server.url)
    await server.close()
    await program.close()
  }
}

/** Listens, and answers with the address people use. */
async function open(program: Program, { port, host, publicUrl }: Settings): Promise<HttpServer & { url: string }> {
  const server = await listenHttp({ fetch: (request, env) => program.fetch(request, env), port, host, publicUrl })
  const name = host === '127.0.0.1' || host === '::1' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return { ...server, url: `http://${name}:${server.port}` }
}

function whatNext(url: string): string {
  return [
    '',
    'Try next, in another terminal:',
    '  npx species event submit --as alice --to bob --amount 3      transfer units and print the receipt',
    '  npx species user balance alice                               what she has',
    '  npx species doctor                                           check everything that must always be true',
    `  ${url}/docs                                   the API, to read`,
    '',
  ].join('\n')
}
