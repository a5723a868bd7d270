import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createSigner } from '@species/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signerOptions } from '../../apps/species/src/commands/connect.ts'
import { AttackStage, newId } from '../attacks/attack-stage.ts'
import { createAnswerCheck } from './answer-check.ts'
import { programs } from './programs.ts'

interface Operation {
  operationId?: string
  description?: string
  security?: unknown[]
  responses: Record<string, { content?: Record<string, { schema?: object }> }>
  requestBody?: { content: Record<string, { examples?: Record<string, { value: Record<string, unknown> }> }> }
}
interface Document {
  paths: Record<string, Record<string, Operation>>
}

const root = dirname(dirname(import.meta.dirname))
let stage: AttackStage
let document: Document
/** Inside the repository, so that what is generated finds its packages. */
let directory: string
beforeAll(async () => {
  directory = mkdtempSync(join(root, '.generated-clients-'))
  stage = await AttackStage.start()
  await stage.buy('alice', 100)
  document = (await (await fetch(`${stage.baseUrl}/openapi.json`)).json()) as Document
  at('openapi.json', JSON.stringify(document))
  at('spectral.json', '{"extends":["spectral:oas"]}')
})
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true })
  // One example is an event that waits for a payment which never comes.
  await stage.close()
})

function at(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

/** A program of node_modules, from start to end. It makes no calls over the network. */
function run(program: string, ...argv: string[]): Promise<{ code: number; said: string }> {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  return new Promise((resolve) => {
    execFile(join(root, 'node_modules', '.bin', program), argv, { cwd: directory, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr })
    })
  })
}
const redocly = (file: string) => run('redocly', 'lint', '--extends', 'recommended', '--format', 'json', file)
const spectral = (file: string) => run('spectral', 'lint', '-r', 'spectral.json', '--fail-severity', 'hint', file)

function operations(): [name: string, operation: Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]): [string, Operation] => [`${method.toUpperCase()} ${path}`, one]),
  )
}

/** The name of each operation that lacks something. */
function lacking(has: (operation: Operation) => boolean): string[] {
  return operations().flatMap(([name, operation]) => (has(operation) ? [] : name))
}

describe('the API document', () => {
  it('is clean under the rules of redocly', async () => {
    const { said } = await redocly('openapi.json')
    expect(JSON.parse(said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1))).toMatchObject({ problems: [] })
  })

  it('is clean under the rules of spectral, which do see a fault', async () => {
    expect(await spectral('openapi.json')).toMatchObject({ code: 0 })
    const broken = structuredClone(document)
    delete broken.paths['/marketplace/v1/events']?.['post']?.operationId
    at('broken.json', JSON.stringify(broken))
    const { code, said } = await spectral('broken.json')
    expect(code).toBe(1)
    expect(said).toContain('operation-operationId')
  })

  it('says of each operation what it is called, what it does, who may ask and how it refuses', () => {
    expect(lacking(({ operationId }) => (operationId ?? '') !== '')).toEqual([])
    expect(lacking(({ description }) => (description ?? '') !== '')).toEqual([])
    expect(lacking(({ security }) => security !== undefined)).toEqual([])
    expect(lacking(({ responses }) => '400' in responses && '500' in responses)).toEqual([])
    const empty = new Set(['204', '304'])
    expect(
      lacking(({ responses }) =>
        Object.entries(responses).every(
          ([status, { content = {} }]) => empty.has(status) || Object.values(content).some((one) => one.schema),
        ),
      ),
    ).toEqual([])
    expect(lacking(({ requestBody }) => !requestBody || examplesOf({ requestBody }).length > 0)).toEqual([])
  })

  it('shows bodies that are accepted: no example is refused for what it is', async () => {
    // What an example names need not be there, and some of what it makes may be there already.
    const refusedForWhatItIs = new Set([400, 413, 415])
    const check = createAnswerCheck(document)
    const differences: string[] = []
    const refused: unknown[] = []
    for (const [name, operation] of operations()) {
      const [method = '', path = ''] = name.split(' ')
      const key = path.startsWith('/admin') ? stage.operatorKey : stage.players.alice.key
      for (const [example, value] of examplesOf(operation)) {
        const answer = await stage.send(method, filled(path), JSON.stringify(value), {
          key,
          headers: { 'if-match': '"1"' },
        })
        differences.push(...check(name, answer))
        const isEvent = name === 'POST /marketplace/v1/events'
        if (refusedForWhatItIs.has(answer.status) || (isEvent && answer.status !== 202))
          refused.push([name, example, answer.status, answer.body])
      }
    }
    expect(refused).toEqual([])
    expect(differences).toEqual([])
  })

  it(
    'promises what is answered: every page, found and not found, and each kind of refusal',
    { timeout: 90_000 },
    async () => {
      const check = createAnswerCheck(document)
      const { alice } = stage.players
      const eventId = newId()
      const event = { eventId, from: 'alice', to: 'bob', amount: 1 }
      await stage.trade('alice', event)
      await stage.sell('alice', 3, '2')
      const differences: string[] = []
      const statuses = new Set<number>()
      const ask = async (
        operation: string,
        path: string,
        text?: string,
        options: Parameters<AttackStage['send']>[3] = {},
      ) => {
        const answer = await stage.send(operation.split(' ')[0] ?? '', path, text, options)
        statuses.add(answer.status)
        differences.push(...check(operation, answer))
      }
      const pages = operations().filter(([name]) => name.startsWith('GET ') && !name.endsWith('/stream'))
      for (const [name] of pages) {
        const [, path = ''] = name.split(' ')
        const key = path.startsWith('/admin') ? stage.operatorKey : alice.key
        const found = filled(
          path.replace('{eventId}', eventId).replace('{onliId}', 'alice').replace('{code}', 'not_found'),
        )
        await ask(name, found, undefined, { key })
        await ask(name, filled(path), undefined, { key })
        await ask(name, `${found}?limit=x&ledgerFrom=%00`, undefined, { key })
        await ask(name, found)
        if (path.startsWith('/admin')) await ask(name, found, undefined, { key: alice.key })
      }
      const post = 'POST /marketplace/v1/events'
      const [, events = ''] = post.split(' ')
      const sent: [text: string, options: Parameters<AttackStage['send']>[3]][] = [
        [JSON.stringify(event), { key: alice.key }],
        [JSON.stringify({ ...event, amount: 2 }), { key: alice.key }],
        [JSON.stringify({ ...event, from: 'bob' }), { key: alice.key }],
        [JSON.stringify({ ...event, amount: -1 }), { key: alice.key }],
        ['{"eventId":', { key: alice.key }],
        ['{"a":1,"a":2}', { key: alice.key }],
        [JSON.stringify({ ...event, more: 'x'.repeat(70_000) }), { key: alice.key }],
        [JSON.stringify(event), {}],
        [JSON.stringify(event), { key: alice.key, headers: { 'content-type': 'text/plain' } }],
      ]
      for (const [text, options] of sent) await ask(post, events, text, options)
      expect(differences).toEqual([])
      expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 202, 400, 401, 403, 404, 413, 415, 422]))
    },
  )
})

function examplesOf({ requestBody }: Pick<Operation, 'requestBody'>): [string, Record<string, unknown>][] {
  const { examples = {} } = requestBody?.content['application/json'] ?? {}
  return Object.entries(examples).map(([name, { value }]) => [name, value])
}

/** The path with something in its placeholders that is nowhere. */
function filled(path: string): string {
  return path
    .replace('{onliId}', 'no-such-user')
    .replace('{keyId}', 'key_nowhere')
    .replace('{webhookId}', `wh_${'0'.repeat(32)}`)
    .replace('{depositId}', `dep_${'0'.repeat(32)}`)
    .replace('{payoutId}', `pay_${'0'.repeat(32)}`)
    .replace('{operatorId}', 'no-such-operator')
    .replace('{approvalId}', `apr_${'0'.repeat(32)}`)
    .replace('{differenceId}', `dif_${'0'.repeat(32)}`)
    .replace('{agentId}', `agt_${'0'.repeat(32)}`)
    .replaceAll(/\{\w+\}/g, '3f0c6d1e-5b7a-4c8e-9d2f-1a2b3c4d5e6f')
}

describe('clients that are generated from it', () => {
  it('compile under strict TypeScript and trade', { timeout: 120_000 }, async () => {
    expect(await run('openapi-typescript', 'openapi.json', '-o', 'schema.d.ts')).toMatchObject({ code: 0 })
    expect(await run('openapi-ts', '-i', 'openapi.json', '-o', 'hey', '--no-log-file')).toMatchObject({ code: 0 })
    for (const [name, text] of Object.entries(programs)) at(`${name}.ts`, text)
    at('tsconfig.json', JSON.stringify({ compilerOptions: strict, include: ['*.ts', 'hey'] }))
    expect(await run('tsc', '-p', 'tsconfig.json')).toEqual({ code: 0, said: '' })

    const signer = createSigner(signerOptions(stage.players.alice.key))
    const signing = async (request: Request): Promise<Response> => {
      const body = request.body ? await request.text() : undefined
      const headers = new Headers(request.headers)
      const { method, url } = request
      for (const [name, value] of Object.entries(await signer.headersFor({ method, url, body })))
        headers.set(name, value)
      return await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
    }
    for (const name of Object.keys(programs)) {
      const program = (await import(/* @vite-ignore */ join(directory, `${name}.ts`))) as {
        trade(baseUrl: string, fetch: (request: Request) => Promise<Response>, eventId: string): Promise<string>
      }
      expect([name, await program.trade(stage.baseUrl, signing, newId())]).toEqual([name, 'COMPLETED'])
    }
  })
})

const strict = {
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable'],
  module: 'esnext',
  moduleResolution: 'bundler',
  types: ['node'],
  noEmit: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
}
