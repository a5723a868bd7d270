import type { Database } from '@species/database'
import { systemIds } from '@species/platform'
import { type Client, createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authenticatorModule, ensureOperatorKey } from '../index.ts'
import { createWorld, origin } from '../test-world.ts'
import { told } from './test-world.ts'

interface Proposal {
  readonly proposalId: string
  readonly actionHash: string
  readonly proposedBy: string
  readonly status: string
}

const clock = manualClock()
const now = (): number => clock.now()
let database: Database
let fetchHere: (request: Request) => Promise<Response>
/** Of the set-up, and the person whom they added. */
let setup: Client
let olga: Client
let olgasKey: string
let users = 0

const operatorClient = (keyId: string, privateKey: string): Client =>
  createClient({ baseUrl: origin, fetch: fetchHere, signer: createSigner({ keyId, alg: 'ed25519', privateKey, now }) })

beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  const world = createWorld(database, clock, { twoPeople: true })
  fetchHere = async (request) => await world.app.fetch(request)
  const first = generateEd25519()
  await ensureOperatorKey({ database, clock, ids: systemIds }, { keyId: 'key_operator', publicKey: first.publicKey })
  setup = operatorClient('key_operator', first.privateKey)
  const second = generateEd25519()
  const person = { operatorId: 'olga', name: 'Olga', publicKey: second.publicKey }
  olgasKey = ((await setup.request('POST', '/admin/v1/operators', person)).body as { keyId: string }).keyId
  olga = operatorClient(olgasKey, second.privateKey)
})
afterAll(() => database.close())

const frozenUser = async (): Promise<string> => {
  const onliId = `frozen-${++users}`
  await setup.request('POST', '/admin/v1/users', { onliId })
  expect(await setStatus(setup, onliId, 'frozen')).toMatchObject({ status: 'frozen' })
  return onliId
}
const setStatus = (as: Client, onliId: string, status: string): Promise<unknown> =>
  told(as.request('POST', `/admin/v1/users/${onliId}/status`, { status, reason: `${status}, as a test asks` }))
const statusOf = async (onliId: string): Promise<string> =>
  ((await setup.request('GET', `/admin/v1/users/${onliId}`)).body as { status: string }).status
const proposed = async (as: Client, onliId: string): Promise<Proposal> =>
  ((await setStatus(as, onliId, 'active')) as { proposal: Proposal }).proposal
const approve = (
  as: Client,
  { proposalId, actionHash }: Pick<Proposal, 'proposalId' | 'actionHash'>,
): Promise<unknown> => told(as.request('POST', `/admin/v1/proposals/${proposalId}/approve`, { actionHash }))
const refuse = (as: Client, { proposalId }: Proposal): Promise<unknown> =>
  told(as.request('POST', `/admin/v1/proposals/${proposalId}/refuse`, { reason: 'a test says no' }))
const linesOf = async (
  target: string,
): Promise<{ action: string; phase: string; operatorId: string; facts: object }[]> =>
  ((await olga.request('GET', `/admin/v1/audit?target=${target}`)).body as { lines: never }).lines

describe('what takes two people', () => {
  it('is done once, by the approval of another person, in the words of both', async () => {
    const onliId = await frozenUser()
    const proposal = await proposed(setup, onliId)
    expect(await statusOf(onliId)).toBe('frozen')
    const answers = await Promise.all([approve(olga, proposal), approve(olga, proposal)])
    expect(answers).toContainEqual(
      expect.objectContaining({ result: expect.objectContaining({ status: 'active' }) as object }),
    )
    expect(answers).toContain('412 precondition_failed')
    expect(await statusOf(onliId)).toBe('active')
    const changes = await database.query(
      `SELECT changed_by FROM authenticator.status_changes WHERE onli_id = $1 AND status = 'active'`,
      [onliId],
    )
    expect(changes).toEqual([{ changed_by: `setup/key_operator+olga/${olgasKey}` }])
    expect(await linesOf(onliId)).toMatchObject([
      {
        action: 'user.status',
        phase: 'done',
        operatorId: 'olga',
        facts: { proposedBy: 'setup', after: { status: 'active' } },
      },
      {
        action: 'user.status',
        phase: 'done',
        operatorId: 'setup',
        facts: { after: { proposed: proposal.proposalId } },
      },
      { action: 'user.status', phase: 'asked', operatorId: 'setup' },
      { phase: 'done', facts: { before: { status: 'active' }, after: { status: 'frozen' } } },
      { phase: 'asked' },
      { action: 'user.create', phase: 'done' },
      { action: 'user.create', phase: 'asked', operatorId: 'setup' },
    ])
  })

  it('is not approved by its proposer, whichever key they use', async () => {
    const proposal = await proposed(olga, await frozenUser())
    const next = generateEd25519()
    const path = `/admin/v1/operators/keys/${olgasKey}/rotate`
    const { keyId } = (await olga.request('POST', path, { publicKey: next.publicKey })).body as { keyId: string }
    expect(await approve(olga, proposal)).toBe('403 forbidden')
    olga = operatorClient(keyId, next.privateKey)
    expect(await approve(olga, proposal)).toBe('403 forbidden')
    expect(await approve(setup, proposal)).toMatchObject({ status: 200 })
  })

  it('is approved only by the hash of exactly that action', async () => {
    const proposal = await proposed(setup, await frozenUser())
    const other = await proposed(setup, await frozenUser())
    expect(await approve(olga, { ...proposal, actionHash: other.actionHash })).toBe('412 precondition_failed')
    expect(await approve(olga, proposal)).toMatchObject({ status: 200 })
  })

  it('is void once what it acts on has changed, although it looks the same again', async () => {
    const onliId = await frozenUser()
    const proposal = await proposed(setup, onliId)
    clock.advance(1)
    await setStatus(olga, onliId, 'frozen')
    expect(await approve(olga, proposal)).toBe('412 precondition_failed')
    expect(await told(olga.request('GET', `/admin/v1/proposals/${proposal.proposalId}`))).toMatchObject({
      status: 'void',
    })
    expect(await statusOf(onliId)).toBe('frozen')
  })

  it('is not done on a stored proposal that was changed behind the back of the program', async () => {
    const proposal = await proposed(setup, await frozenUser())
    const tamper = database.query(`UPDATE authenticator.proposals SET body = '{}' WHERE proposal_id = $1`, [
      proposal.proposalId,
    ])
    await expect(tamper).rejects.toThrow('does not change')
    const undo = database.query(`UPDATE authenticator.proposals SET status = 'refused' WHERE status = 'executed'`)
    await expect(undo).rejects.toThrow('does not change')
  })

  it('is refused by another, withdrawn by its proposer, and expires; then it cannot be approved', async () => {
    const [a, b, c] = [await frozenUser(), await frozenUser(), await frozenUser()]
    const [refused, withdrawn, late] = [await proposed(setup, a), await proposed(setup, b), await proposed(setup, c)]
    expect(await refuse(olga, refused)).toMatchObject({ status: 'refused', decidedBy: 'olga' })
    expect(await refuse(setup, withdrawn)).toMatchObject({ status: 'withdrawn' })
    clock.advance(72 * 3_600_000)
    for (const one of [refused, withdrawn, late]) expect(await approve(olga, one)).toBe('412 precondition_failed')
    expect(await refuse(olga, late)).toBe('412 precondition_failed')
    // The same may be proposed again.
    const again = await proposed(setup, c)
    expect(again.proposalId).not.toBe(late.proposalId)
    expect(await approve(olga, again)).toMatchObject({ status: 200 })
  })

  it('proposed again is the proposal that is open, whoever asks: asking approves nothing', async () => {
    const onliId = await frozenUser()
    const first = await proposed(setup, onliId)
    expect(await proposed(olga, onliId)).toEqual(first)
    expect(await statusOf(onliId)).toBe('frozen')
  })

  it('is no way around by two steps: a frozen user is not suspended by one person, and made active then', async () => {
    const onliId = await frozenUser()
    expect(await setStatus(setup, onliId, 'suspended')).toMatchObject({ proposal: { status: 'open' } })
    expect(await statusOf(onliId)).toBe('frozen')
  })

  it('makes a third operator; the set-up alone made the second', async () => {
    const body = { operatorId: 'mallory', name: 'Mallory', publicKey: generateEd25519().publicKey }
    const { proposal } = (await olga.request('POST', '/admin/v1/operators', body)).body as { proposal: Proposal }
    const people = async (): Promise<unknown[]> =>
      ((await olga.request('GET', '/admin/v1/operators')).body as { operators: unknown[] }).operators
    expect(await people()).toHaveLength(2)
    expect(await approve(setup, proposal)).toMatchObject({
      status: 200,
      result: { keyId: expect.any(String) as string },
    })
    expect(await people()).toHaveLength(3)
  })

  it('is open to operators alone', async () => {
    const proposal = await proposed(setup, await frozenUser())
    const user = `plain-${++users}`
    await setup.request('POST', '/admin/v1/users', { onliId: user })
    const asked = { alg: 'hmac', scopes: ['read'] }
    const key = (await setup.request('POST', `/admin/v1/users/${user}/keys`, asked)).body as {
      keyId: string
      secret: string
    }
    const client = createClient({
      baseUrl: origin,
      fetch: fetchHere,
      signer: createSigner({ ...key, alg: 'hmac', now }),
    })
    expect(await approve(client, proposal)).toBe('403 forbidden')
    expect(await told(client.request('GET', '/admin/v1/proposals'))).toBe('403 forbidden')
    expect(await told(client.request('GET', '/admin/v1/audit'))).toBe('403 forbidden')
  })
})

describe('operators', () => {
  const person = async (operatorId: string, role: string): Promise<Client> => {
    const pair = generateEd25519()
    const asked = { operatorId, name: operatorId, role, publicKey: pair.publicKey }
    const { proposal } = (await setup.request('POST', '/admin/v1/operators', asked)).body as { proposal: Proposal }
    const { result } = (await approve(olga, proposal)) as { result: { keyId: string } }
    return operatorClient(result.keyId, pair.privateKey)
  }
  const change = (as: Client, operatorId: string, to: object): Promise<unknown> =>
    told(as.request('POST', `/admin/v1/operators/${operatorId}`, { ...to, reason: 'a test asks for it' }))

  it('who may only view change nothing, and see what is there', async () => {
    const viewer = await person('vera', 'viewer')
    const onliId = await frozenUser()
    const proposal = await proposed(setup, onliId)
    expect(await told(viewer.request('GET', '/admin/v1/audit'))).toMatchObject({ status: 200 })
    expect(await setStatus(viewer, onliId, 'active')).toBe('403 forbidden')
    expect(await told(viewer.request('POST', '/admin/v1/users', { onliId: 'of-vera' }))).toBe('403 forbidden')
    expect(await approve(viewer, proposal)).toBe('403 forbidden')
    expect(await refuse(viewer, proposal)).toBe('403 forbidden')
    expect(await statusOf(onliId)).toBe('frozen')
  })

  it('approve no more than their role lets them propose', async () => {
    const oskar = await person('oskar', 'operator')
    expect(await told(oskar.request('DELETE', `/admin/v1/keys/${olgasKey}`))).toBe('403 forbidden')
    const body = { operatorId: 'sleeper', name: 'Sleeper', role: 'admin', publicKey: generateEd25519().publicKey }
    expect(await told(oskar.request('POST', '/admin/v1/operators', body))).toBe('403 forbidden')
    const { proposal } = (await setup.request('POST', '/admin/v1/operators', body)).body as { proposal: Proposal }
    expect(await approve(oskar, proposal)).toBe('403 forbidden')
    expect(await approve(oskar, await proposed(setup, await frozenUser()))).toMatchObject({ status: 200 })
  })

  it('who are suspended can do nothing at once, and what they proposed cannot be approved', async () => {
    const theo = await person('theo', 'admin')
    const onliId = await frozenUser()
    const theirs = await proposed(theo, onliId)
    const waiting = await proposed(setup, await frozenUser())
    expect(await change(theo, 'theo', { status: 'suspended' })).toBe('403 forbidden')
    expect(await change(olga, 'theo', { status: 'suspended' })).toMatchObject({ status: 'suspended' })
    // What a key of theirs has approved elsewhere counts no more.
    const keys = await database.query<{ key_id: string }>(
      `SELECT key_id FROM authenticator.api_keys WHERE operator_id = 'theo'`,
    )
    const keyIds = keys.map((row) => row.key_id)
    expect(await authenticatorModule.queries(database).revokedKeys(keyIds)).toEqual(new Set(keyIds))
    expect(await approve(theo, waiting)).toBe('403 user_suspended')
    expect(await told(theo.request('GET', '/admin/v1/audit'))).toBe('403 user_suspended')
    expect(await approve(olga, theirs)).toBe('412 precondition_failed')
    expect(await statusOf(onliId)).toBe('frozen')
    const back = (await change(olga, 'theo', { status: 'active' })) as { proposal: Proposal }
    expect(await approve(setup, back.proposal)).toMatchObject({ result: { status: 'active' } })
    expect(await told(theo.request('GET', '/admin/v1/audit'))).toMatchObject({ status: 200 })
  })

  it('change roles in pairs, and the second person of the set-up is an admin', async () => {
    const ida = await person('ida', 'operator')
    expect(await change(ida, 'ida', { role: 'admin' })).toBe('403 forbidden')
    const { proposal } = (await change(setup, 'ida', { role: 'admin' })) as { proposal: Proposal }
    expect(await approve(ida, proposal)).toBe('403 forbidden')
    expect(await approve(olga, proposal)).toMatchObject({ result: { role: 'admin' } })
  })
})

describe('the audit log', () => {
  it('cannot be changed or deleted', async () => {
    for (const statement of [
      `UPDATE authenticator.audit SET reason = 'another'`,
      'DELETE FROM authenticator.audit',
      'TRUNCATE authenticator.audit',
    ])
      await expect(database.query(statement)).rejects.toThrow('append-only')
  })

  it('says what was refused, and never a secret', async () => {
    const onliId = await frozenUser()
    const asked = { alg: 'hmac', scopes: ['operator'] }
    expect(await told(setup.request('POST', `/admin/v1/users/${onliId}/keys`, asked))).toMatch(/^40/)
    const made = (await setup.request('POST', `/admin/v1/users/${onliId}/keys`, { alg: 'hmac', scopes: ['read'] })).body
    const { secret, keyId } = made as { secret: string; keyId: string }
    const lines = await linesOf(onliId)
    expect(lines.slice(0, 4)).toMatchObject([
      { action: 'key.create', phase: 'done', facts: { after: { keyId } } },
      { phase: 'asked' },
      { phase: 'refused', facts: { code: expect.any(String) as string } },
      { phase: 'asked', facts: { request: asked } },
    ])
    expect(JSON.stringify(lines)).not.toContain(secret)
  })

  it('is read in pages, each line once', async () => {
    const seen: number[] = []
    for (let before = ''; ;) {
      const page = (await olga.request('GET', `/admin/v1/audit?limit=7${before}`)).body as {
        lines: { seq: number }[]
        nextBefore?: number
      }
      seen.push(...page.lines.map(({ seq }) => seq))
      if (page.nextBefore === undefined) break
      before = `&before=${page.nextBefore}`
    }
    const [{ count } = { count: 0n }] = await database.query<{ count: bigint }>(
      'SELECT count(*) AS count FROM authenticator.audit',
    )
    expect(seen.length).toBe(Number(count))
    expect(new Set(seen).size).toBe(seen.length)
  })
})
