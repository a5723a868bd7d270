import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve as listen } from '@hono/node-server'
import { createLogger } from '@species/runtime'
import { createClient, createSigner } from '@species/sdk'
import { signerOptions } from '../commands/connect.ts'
import { compose } from '../compose.ts'
import { readSettings } from '../settings.ts'
import { type Scene, playScenes } from './scenes.ts'
import { enter } from './players.ts'
import { receiptInWords } from './receipt-words.ts'

/** Plays every intent and some refusals on data that is thrown away. True if each ended as it must and the doctor is content. */
export async function playDemo(options: { json?: true }): Promise<boolean> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'species-demo-'))
  const say = (line: string): void => {
    if (options.json !== true) process.stdout.write(`${line}\n`)
  }
  say('Starting a marketplace on temporary data …')
  const program = await compose(readSettings({ SPECIES_DATA_DIR: dataDirectory, SANDBOX_PORT: '0', PORT: '0' }), {
    log: createLogger({ level: 'error', stream: process.stderr }),
  })
  const { server, baseUrl } = await open((request) => program.fetch(request))
  try {
    const operatorKey = program.directory.readKey('operator')
    if (!operatorKey || !program.sandbox) throw new Error('the demo needs the sandbox')
    const operator = createClient({ baseUrl, signer: createSigner(signerOptions(operatorKey)) })
    const stage = { baseUrl, sandboxUrl: program.sandbox.httpUrl, operator }
    const [alice, bob, carol] = [await enter(stage, 'alice'), await enter(stage, 'bob'), await enter(stage, 'carol')]
    const scenes = await playScenes(stage, { alice, bob, carol }, (scene) => {
      say(inWords(scene))
    })
    const doctor = (await operator.request('GET', '/admin/v1/doctor')).body as { healthy: boolean; breaches: string[] }
    const good = scenes.filter((scene) => scene.asItMust).length
    if (options.json === true) process.stdout.write(`${JSON.stringify({ scenes, doctor }, null, 2)}\n`)
    say(doctor.healthy ? 'Doctor: everything that must be true is true.' : `Doctor:\n  ${doctor.breaches.join('\n  ')}`)
    say(`${good} of ${scenes.length} scenes ended as they must.`)
    return good === scenes.length && doctor.healthy
  } finally {
    server.close()
    await program.close()
    rmSync(dataDirectory, { recursive: true, force: true })
  }
}

function inWords(scene: Scene): string {
  const head = `${scene.asItMust ? '✓' : '✗'} ${scene.title}`
  const body = scene.receipt ? receiptInWords(scene.receipt) : `  ${scene.got}`
  return `\n${head}${scene.asItMust ? '' : `   (must be ${scene.must}, got ${scene.got})`}\n${body}`
}

async function open(
  fetch: (request: Request) => Promise<Response>,
): Promise<{ server: { close(): void }; baseUrl: string }> {
  return await new Promise((resolve) => {
    const server = listen({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      resolve({
        server: {
          close: () => {
            server.close()
            if ('closeAllConnections' in server) server.closeAllConnections()
          },
        },
        baseUrl: `http://localhost:${port}`,
      })
    })
  })
}
