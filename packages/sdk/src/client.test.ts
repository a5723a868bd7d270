import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Client, createClient } from './client.ts'
import { createSigner } from './signer.ts'
import { SpeciesError } from './species-error.ts'

const event = { eventId: 'event-0001', from: 'alice', to: 'bob', amount: 1 }
const json = (status: number, body: unknown, type = 'application/json'): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': type, 'x-request-id': 'req_1' } })
const problem = (status: number, code: string, retryable: boolean): Response =>
  json(status, { code, detail: 'why', retryable, requestId: 'req_9' }, 'application/problem+json')

/** A client whose calls are answered by these in turn; an Error is a broken line. What was sent is kept. */
function clientFor(...answers: (Response | Error)[]): {
  client: Client
  sent: { line: string; body: string; input: string }[]
} {
  const sent: { line: string; body: string; input: string }[] = []
  const fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const input = request.headers.get('signature-input') ?? ''
    sent.push({ line: `${request.method} ${url.pathname}${url.search}`, body: await request.text(), input })
    const answer = answers.shift()
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nothing left to answer')
    return answer
  }
  const signer = createSigner({ keyId: 'key_a', alg: 'hmac', secret: 'sk_x' })
  return { client: createClient({ baseUrl: 'http://market.test', signer, fetch }), sent }
}

const codeOf = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof SpeciesError)) throw error
    return error.code
  }
}

describe('an event', () => {
  it('is sent again under the same id, with a new signature, where no answer came', async () => {
    const { client, sent } = clientFor(new Error('line broke'), json(202, { eventId: event.eventId }))
    expect(await client.submitEvent(event)).toEqual({ eventId: event.eventId })
    expect(sent.map(({ line, body }) => [line, JSON.parse(body) as unknown])).toEqual(
      Array(2).fill(['POST /marketplace/v1/events', event]),
    )
    expect(sent[0]?.input).not.toBe(sent[1]?.input)
  })

  it('is not sent again after a refusal', async () => {
    const { client, sent } = clientFor(problem(422, 'event_id_conflict', false))
    expect(await codeOf(client.submitEvent(event))).toBe('event_id_conflict')
    expect(sent).toHaveLength(1)
  })
})

describe('what became of an event', () => {
  const lost = new Error('line broke')
  const halted = problem(503, 'trading_halted', true)
  const proxy = (): Response => new Response('<h1>Bad gateway</h1>', { status: 502 })
  const revoked = (): Response => problem(401, 'key_revoked', false)
  const conflict = (): Response => problem(422, 'event_id_conflict', false)

  it.each<[string, (Response | Error)[], string]>([
    ['an answer', [json(202, { eventId: event.eventId })], 'accepted'],
    ['an answer after none', [lost, json(202, { eventId: event.eventId })], 'accepted'],
    ['a refusal', [revoked()], 'refused'],
    ['a halt', [halted], 'later'],
    ['no answer, ever', [lost, lost, lost, lost], 'unknown'],
    ['a proxy without its server', [proxy(), proxy(), proxy(), proxy()], 'unknown'],
    ['no answer, then a refusal of the caller: the first try may have come in', [lost, revoked()], 'unknown'],
    ['no answer, then a refusal of the content, which the first try had as well', [lost, conflict()], 'refused'],
    ['no answer, then too much work', [lost, ...[1, 2, 3].map(() => problem(503, 'overloaded', true))], 'unknown'],
  ])('is told after %s', async (_when, answers, outcome) => {
    const { client, sent } = clientFor(...answers)
    expect(await client.trade({ from: 'alice', to: 'bob', amount: 1 })).toMatchObject({ outcome })
    expect(sent).toHaveLength(answers.length)
    expect(new Set(sent.map(({ body }) => (JSON.parse(body) as { eventId: string }).eventId)).size).toBe(1)
  })

  it('is told at once where the marketplace asks for a longer wait than a moment', async () => {
    const busy = json(429, { code: 'rate_limited', detail: 'wait', retryable: true }, 'application/problem+json')
    busy.headers.set('retry-after', '60')
    const { client } = clientFor(busy)
    expect(await client.trade(event)).toMatchObject({
      outcome: 'later',
      error: { retryAfterMs: 60_000, nextStep: 'send_again_later' },
    })
  })
})

describe('another call', () => {
  it('that changes something is sent once: a second key would be made', async () => {
    const { client, sent } = clientFor(new Error('line broke'))
    expect(await codeOf(client.request('POST', '/marketplace/v1/keys', { alg: 'hmac' }))).toBe('network_error')
    expect(sent).toHaveLength(1)
  })

  it('that reads is sent again', async () => {
    const { client, sent } = clientFor(problem(503, 'service_unavailable', true), json(200, { listings: [] }))
    expect(await client.listings({ limit: 5, cursor: undefined })).toEqual({ listings: [] })
    expect(sent.map(({ line }) => line)).toEqual(Array(2).fill('GET /marketplace/v1/listings?limit=5'))
  })

  it('signs names as they are sent', async () => {
    const { client, sent } = clientFor(json(200, { onliId: 'a' }))
    await client.balance('a/../b')
    expect(sent[0]?.line).toBe('GET /marketplace/v1/users/a%2F..%2Fb/balance')
  })
})

describe('a refusal', () => {
  it('carries what its problem document says', async () => {
    const { client } = clientFor(problem(403, 'forbidden', false))
    await expect(client.request('GET', '/x')).rejects.toMatchObject({
      name: 'SpeciesError',
      code: 'forbidden',
      status: 403,
      detail: 'why',
      retryable: false,
      requestId: 'req_9',
    })
  })

  it('without one is unexpected, and names the request', async () => {
    const { client } = clientFor(
      new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'x-request-id': 'req_1' } }),
    )
    await expect(client.request('POST', '/x')).rejects.toMatchObject({
      code: 'unexpected_answer',
      status: 502,
      retryable: true,
      requestId: 'req_1',
    })
  })
})

describe('the end of an event', () => {
  const eventStream = (...texts: string[]): Response =>
    new Response(new Blob(texts).stream(), { headers: { 'content-type': 'text/event-stream' } })
  const view = (state: string): Response => json(200, { eventId: event.eventId, state })

  it('is told by the stream and then read', async () => {
    const stream = eventStream(
      'event: state\ndata: {"state":"acc',
      'epted"}\n\nevent: state\r\ndata: {"state":"completed"}\r\n\r\n',
    )
    const { client, sent } = clientFor(stream, view('completed'))
    expect(await client.waitForEnd(event.eventId)).toMatchObject({ state: 'completed' })
    expect(sent.map(({ line }) => line)).toEqual([
      'GET /marketplace/v1/events/event-0001/stream',
      'GET /marketplace/v1/events/event-0001',
    ])
  })

  it.each([
    ['breaks off', () => eventStream('data: {"state":"accepted"}\n\n')],
    ['is refused', () => problem(503, 'overloaded', true)],
    ['is garbage', () => eventStream('data: {{{\n\ndata: "completed"\n')],
    ['is not there', () => new Error('line broke')],
  ])('is asked for where the stream %s', async (_how, stream) => {
    const { client } = clientFor(stream(), view('accepted'), view('failed'))
    expect(await client.waitForEnd(event.eventId, { pollMs: 1 })).toMatchObject({ state: 'failed' })
  })

  it('that does not come in time is no failure', async () => {
    const { client } = clientFor(new Error('no stream'), ...Array.from({ length: 50 }, () => view('funded')))
    expect(await codeOf(client.waitForEnd(event.eventId, { timeoutMs: 20, pollMs: 5 }))).toBe('still_waiting')
  })

  it('is not waited for where there is no such event', async () => {
    const { client } = clientFor(problem(404, 'not_found', false), problem(404, 'not_found', false))
    expect(await codeOf(client.waitForEnd(event.eventId))).toBe('not_found')
  })
})

describe('the address', () => {
  /** What is called, and whether its signature is that of `signed`. */
  const called = async (
    options: { baseUrl: string; publicUrl?: string },
    path: string,
    signed: string,
  ): Promise<unknown> => {
    let got: unknown
    const now = (): number => Date.UTC(2026, 0, 1)
    const nonceOf = (input: string): string => /nonce="([^"]+)"/.exec(input)?.[1] ?? ''
    const fetch = async (request: Request): Promise<Response> => {
      const input = request.headers.get('signature-input') ?? ''
      const base = `"@method": GET\n"@target-uri": ${signed}\n"@signature-params": ${input.slice('sig='.length)}`
      const expected = createHmac('sha256', 'sk_x').update(base).digest('base64')
      got = [request.url, nonceOf(input) !== '' && request.headers.get('signature') === `sig=:${expected}:`]
      return json(200, {})
    }
    const signer = createSigner({ keyId: 'key_a', alg: 'hmac', secret: 'sk_x', now })
    await createClient({ ...options, signer, fetch }).request('GET', path)
    return got
  }

  it.each([
    ['http://market.test', '/x?y=1', 'http://market.test/x?y=1'],
    ['http://market.test/', '/x', 'http://market.test/x'],
    ['https://example.com/species', '/x', 'https://example.com/species/x'],
    ['https://example.com/species/', '/x?', 'https://example.com/species/x?'],
  ])('%s with %s is called and signed as %s', async (baseUrl, path, address) => {
    expect(await called({ baseUrl }, path, address)).toEqual([address, true])
  })

  it('that is signed is the public one, where another is called', async () => {
    const options = { baseUrl: 'http://localhost:8080', publicUrl: 'https://example.com/species' }
    expect(await called(options, '/x', 'https://example.com/species/x')).toEqual(['http://localhost:8080/x', true])
  })
})
