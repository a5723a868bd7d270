import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build } from 'rolldown'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = dirname(dirname(import.meta.dirname))
const run = promisify(execFile)

/** A project of its own, in which the packed SDK is installed, and nothing else but what it depends on. */
let project: string
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'species-sdk-'))
  const { stdout } = await run(process.execPath, [join(root, 'tools/pack-sdk.ts'), join(project, 'packed')])
  const installed = join(project, 'node_modules/@species/sdk')
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', stdout.trim(), '--strip-components=1', '-C', installed])
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  // From here, as npm would from the registry.
  for (const name of Object.keys(dependencies))
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
  writeFileSync(join(project, 'package.json'), '{"type":"module"}')
}, 180_000)
afterAll(() => {
  rmSync(project, { recursive: true, force: true })
})

const program = `
import { type TradeOutcome, SpeciesError, createClient, createSigner, generateSigningKey } from '@species/sdk'

export async function play(baseUrl: string): Promise<string> {
  const { privateKey, publicKey } = await generateSigningKey()
  const signer = createSigner({ alg: 'ed25519', keyId: 'key_' + publicKey, privateKey })
  const client = createClient({ baseUrl, signer })
  const { usdt } = await client.call('getBalance', { path: { onliId: 'alice' } })
  const sent: TradeOutcome = await client.trade({ from: 'alice', to: 'bob', amount: 5 })
  try {
    await client.getReceipt('unknown-event')
  } catch (error) {
    if (!(error instanceof SpeciesError)) throw error
    return [usdt.credit.available, sent.outcome, error.code].join(' ')
  }
  return 'no error'
}
`
const wrong = `
import { createClient } from '@species/sdk'
const client = createClient({ baseUrl: 'http://localhost' })
// @ts-expect-error there is no such operation
await client.call('getBalances', { path: { onliId: 'alice' } })
// @ts-expect-error it needs a path
await client.call('getBalance')
// @ts-expect-error an amount is no object
await client.trade({ from: 'alice', to: 'bob', amount: {} })
`

it.each([
  ['a browser', { lib: ['es2024', 'dom', 'dom.iterable'], moduleResolution: 'bundler', module: 'esnext', types: [] }],
  ['Node', { lib: ['es2024'], moduleResolution: 'nodenext', module: 'nodenext', types: ['node'] }],
])(
  'compiles in an empty strict project for %s, which refuses what the API does not have',
  async (_where, options) => {
    cpSync(join(root, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'), { recursive: true })
    cpSync(join(root, 'node_modules/undici-types'), join(project, 'node_modules/undici-types'), { recursive: true })
    writeFileSync(join(project, 'program.ts'), program)
    writeFileSync(join(project, 'wrong.ts'), wrong)
    const compilerOptions = {
      ...options,
      target: 'es2024',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    }
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['program.ts', 'wrong.ts'] }),
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const said = await run(process.execPath, [tsc, '-p', project]).catch(
      (error: unknown) => error as { stdout: string },
    )
    expect(said.stdout).toBe('')
  },
  120_000,
)

it('is bundled for a browser without anything of Node, and runs where Node has nothing to offer', async () => {
  writeFileSync(join(project, 'program.ts'), program)
  const bundle = join(project, 'bundle.js')
  const output = { file: bundle, format: 'iife', name: 'page' } as const
  await build({ cwd: project, input: 'program.ts', platform: 'browser', logLevel: 'warn', output })
  const code = readFileSync(bundle, 'utf8')
  expect(code).not.toMatch(/node:|require\(|\bBuffer\b|process\.\w/)

  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(
      `${request.method ?? ''} ${request.url ?? ''} ${String(request.headers['signature-input'] !== undefined)}`,
    )
    const answers: Record<string, [number, object]> = {
      'GET /marketplace/v1/users/alice/balance': [200, { usdt: { credit: { available: '7.5' } } }],
      'POST /marketplace/v1/events': [202, { eventId: 'e' }],
    }
    const gone = { code: 'not_found', detail: 'There is no such receipt.', retryable: false }
    const [status, body] = answers[`${request.method ?? ''} ${request.url ?? ''}`] ?? [404, gone]
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    // A world with what browsers have, and nothing of Node.
    const world = createContext({ ...pick(globalThis) })
    const page = runInContext(`${code}; page`, world) as { play(baseUrl: string): Promise<string> }
    expect(await page.play(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toBe('7.5 accepted not_found')
    expect(seen.every((line) => line.endsWith('true'))).toBe(true)
  } finally {
    server.close()
  }
}, 120_000)

function pick(from: typeof globalThis): object {
  const { AbortSignal, Headers, Request, Response, TextDecoder, TextEncoder, URL, URLSearchParams } = from
  const { atob, btoa, clearTimeout, crypto, fetch, setTimeout } = from
  const kinds = { AbortSignal, Headers, Request, Response, TextDecoder, TextEncoder, URL, URLSearchParams }
  return { ...kinds, atob, btoa, clearTimeout, crypto, fetch, setTimeout }
}
