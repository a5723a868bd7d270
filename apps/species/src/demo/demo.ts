import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listenHttp } from '@species/http'
import { createLogger } from '@species/platform'
import { createClient, createSigner } from '@species/sdk'
import { signerOptions } from '../commands/connect.ts'
import { compose } from '../compose/compose.ts'
import { readSettings } from '../settings/settings.ts'
import { type Scene, playScenes } from './scenes.ts'
import { askDoctor } from '../commands/ask-doctor.ts'
import { enter } from './players.ts'
import { receiptInWords } from './receipt-words.ts'

/** Plays every intent and some refusals on data that is thrown away. True if each ended as it must, the doctor is content and the books agree. */
export async function playDemo(options: { readonly json: boolean }): Promise<boolean> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'species-demo-'))
  const say = (line: string): void => {
    if (!options.json) process.stdout.write(`${line}\n`)
  }
  say('Starting a marketplace on temporary data …')
  const program = await compose(readSettings({ SPECIES_DATA_DIR: dataDirectory, SANDBOX_PORT: '0', PORT: '0' }), {
    log: createLogger({ level: 'error', stream: process.stderr }),
  })
  const server = await listenHttp({ fetch: (request, env) => program.fetch(request, env), port: 0, host: '127.0.0.1' })
  const baseUrl = `http://localhost:${server.port}`
  try {
    const operatorKey = program.directory.readKey('operator')
    if (!operatorKey || !program.sandbox) throw new Error('the demo needs the sandbox')
    const operator = createClient({ baseUrl, signer: createSigner(signerOptions(operatorKey)) })
    const stage = { baseUrl, sandboxUrl: program.sandbox.httpUrl, operator }
    const [alice, bob, carol] = [await enter(stage, 'alice'), await enter(stage, 'bob'), await enter(stage, 'carol')]
    const scenes = await playScenes(stage, { alice, bob, carol }, (scene) => {
      say(inWords(scene))
    })
    const doctor = await askDoctor(operator)
    const books = (await operator.request('POST', '/admin/v1/reconciliations')).body as Books
    const good = scenes.filter((scene) => scene.asItMust).length
    if (options.json) process.stdout.write(`${JSON.stringify({ scenes, doctor, books }, null, 2)}\n`)
    say(doctor.healthy ? 'Doctor: everything that must be true is true.' : `Doctor:\n  ${doctor.breaches.join('\n  ')}`)
    say(books.agrees ? 'The books agree.' : `The books differ:\n  ${JSON.stringify(books)}`)
    say(`${good} of ${scenes.length} scenes ended as they must.`)
    return good === scenes.length && doctor.healthy && books.agrees
  } finally {
    await server.close()
    await program.close()
    rmSync(dataDirectory, { recursive: true, force: true })
  }
}

interface Books {
  readonly agrees: boolean
}

function inWords(scene: Scene): string {
  const head = `${scene.asItMust ? '✓' : '✗'} ${scene.title}`
  const body = scene.receipt ? receiptInWords(scene.receipt) : `  ${scene.got}`
  return `\n${head}${scene.asItMust ? '' : `   (must be ${scene.must}, got ${scene.got})`}\n${body}`
}
