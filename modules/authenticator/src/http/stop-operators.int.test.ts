import type { Database } from '@species/database'
import { systemIds } from '@species/platform'
import { type Client, createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock, pgliteWith, postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authenticatorModule, ensureOperatorKey } from '../index.ts'
import { createWorld, origin } from '../test-world.ts'
import { told } from './test-world.ts'

interface Proposal {
  readonly proposalId: string
  readonly actionHash: string
}
interface Person {
  readonly client: Client
  readonly keyId: string
}

/** A marketplace in which things take two people, with the admins setup, ann and amy, the operator otto and the viewer vera. */
async function peopleOn(database: Database): Promise<Readonly<Record<string, Person>>> {
  const clock = manualClock()
  const world = createWorld(database, clock, { twoPeople: true })
  const fetchHere = async (request: Request): Promise<Response> => await world.app.fetch(request)
  const personOf = (keyId: string, privateKey: string): Person => {
    const signer = createSigner({ keyId, alg: 'ed25519', privateKey, now: () => clock.now() })
    return { keyId, client: createClient({ baseUrl: origin, fetch: fetchHere, signer }) }
  }
  const first = generateEd25519()
  await ensureOperatorKey({ database, clock, ids: systemIds }, { keyId: 'key_operator', publicKey: first.publicKey })
  const people: Record<string, Person> = { setup: personOf('key_operator', first.privateKey) }
  const roles = { ann: 'admin', amy: 'admin', otto: 'operator', vera: 'viewer' }
  for (const [operatorId, role] of Object.entries(roles)) {
    const pair = generateEd25519()
    const asked = { operatorId, name: operatorId, role, publicKey: pair.publicKey }
    const { body } = await client(people, 'setup').request('POST', '/admin/v1/operators', asked)
    const made =
      'proposal' in (body as object)
        ? ((await approve(people, 'ann', (body as { proposal: Proposal }).proposal)) as { result: { keyId: string } })
            .result
        : (body as { keyId: string })
    people[operatorId] = personOf(made.keyId, pair.privateKey)
  }
  return people
}

const client = (people: Readonly<Record<string, Person>>, who: string): Client => {
  const person = people[who]
  if (!person) throw new Error(`there is no ${who}`)
  return person.client
}
const approve = (
  people: Readonly<Record<string, Person>>,
  who: string,
  { proposalId, actionHash }: Proposal,
): Promise<unknown> =>
  told(client(people, who).request('POST', `/admin/v1/proposals/${proposalId}/approve`, { actionHash }))
const suspend = (people: Readonly<Record<string, Person>>, who: string, whom: string): Promise<unknown> =>
  told(
    client(people, who).request('POST', `/admin/v1/operators/${whom}`, {
      status: 'suspended',
      reason: 'a test asks for it',
    }),
  )
const revoke = (people: Readonly<Record<string, Person>>, who: string, whose: string): Promise<unknown> =>
  told(client(people, who).request('DELETE', `/admin/v1/keys/${people[whose]?.keyId}`))
const active = async (database: Database): Promise<string[]> =>
  (
    await database.query<{ operator_id: string }>(
      'SELECT operator_id FROM authenticator.operators WHERE suspended_at IS NULL ORDER BY operator_id',
    )
  ).map((row) => row.operator_id)
const removeAll = (database: Database): Promise<unknown> =>
  database.query('TRUNCATE authenticator.operators, authenticator.api_keys, authenticator.proposals CASCADE')

describe('one bad admin does not stop all others', () => {
  let database: Database
  let people: Readonly<Record<string, Person>>
  beforeAll(async () => {
    database = await pgliteWith(authenticatorModule)
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await removeAll(database)
    people = await peopleOn(database)
  })
  const proposalOf = (answer: unknown): Proposal => (answer as { proposal: Proposal }).proposal

  it('they suspend one of three at once, and neither of the two who are left the other', async () => {
    expect(await suspend(people, 'ann', 'amy')).toMatchObject({ status: 'suspended' })
    for (const [who, whom] of [
      ['ann', 'setup'],
      ['setup', 'ann'],
    ] as const)
      expect(await suspend(people, who, whom)).toMatchObject({ status: 202, proposal: { status: 'open' } })
    expect(await active(database)).toEqual(['ann', 'otto', 'setup', 'vera'])
  })

  it('an admin whose browser’s key has ended counts by their passkey: a rogue one is suspended at once', async () => {
    await revoke(people, 'ann', 'amy')
    await database.query(
      `INSERT INTO authenticator.passkeys (passkey_id, credential_id, onli_id, operator_id, user_handle, public_key, counter,
         transports, name, synced, made_by, created_at)
       VALUES ('psk_amy', 'amy', 'operator', 'amy', 'amy', 'amy', 0, '[]', 'phone', false, 'test', now())`,
    )
    expect(await suspend(people, 'ann', 'setup')).toMatchObject({ status: 'suspended' })
    await database.query(`UPDATE authenticator.operators SET suspended_at = NULL`)
    await database.query(`UPDATE authenticator.passkeys SET removed_at = now(), removed_by = 'test'`)
    expect(await suspend(people, 'ann', 'setup')).toMatchObject({ status: 202 })
  })

  it('others than admins are always suspended at once: they are not needed for what takes two admins', async () => {
    await suspend(people, 'ann', 'amy')
    expect(await suspend(people, 'ann', 'otto')).toMatchObject({ status: 'suspended' })
  })

  it('a second person approves that one admin is left, and need not be an admin, but more than a viewer', async () => {
    await suspend(people, 'ann', 'amy')
    const proposal = proposalOf(await suspend(people, 'setup', 'ann'))
    expect(await approve(people, 'vera', proposal)).toBe('403 forbidden')
    expect(await approve(people, 'setup', proposal)).toBe('403 forbidden')
    expect(await approve(people, 'otto', proposal)).toMatchObject({ result: { status: 'suspended' } })
    expect(await active(database)).toEqual(['otto', 'setup', 'vera'])
  })

  it('the last admin is not suspended, by however many', async () => {
    await suspend(people, 'ann', 'amy')
    const ann = proposalOf(await suspend(people, 'setup', 'ann'))
    const setup = proposalOf(await suspend(people, 'ann', 'setup'))
    await approve(people, 'otto', ann)
    // Its proposer is suspended.
    expect(await approve(people, 'otto', setup)).toBe('412 precondition_failed')
    expect(await active(database)).toEqual(['otto', 'setup', 'vera'])
  })

  it('keys are revoked by the same rule, and an admin without a key in use does not count', async () => {
    expect(await revoke(people, 'ann', 'amy')).toMatchObject({ status: 200, revokedAt: expect.any(String) as string })
    expect(await suspend(people, 'ann', 'setup')).toMatchObject({ status: 202 })
    const proposal = proposalOf(await revoke(people, 'ann', 'setup'))
    expect(await told(client(people, 'setup').request('GET', '/admin/v1/audit'))).toMatchObject({ status: 200 })
    expect(await revoke(people, 'ann', 'otto')).toMatchObject({ status: 200 })
    expect(await revoke(people, 'vera', 'setup')).toBe('403 forbidden')
    expect(await approve(people, 'setup', proposal)).toMatchObject({ result: { keyId: 'key_operator' } })
    expect(await told(client(people, 'setup').request('GET', '/admin/v1/audit'))).toBe('401 key_revoked')
  })

  it('an operator revokes no key of another person, and everyone their own', async () => {
    expect(await revoke(people, 'otto', 'ann')).toBe('403 forbidden')
    expect(await revoke(people, 'ann', 'ann')).toMatchObject({ status: 200 })
  })
})

describe.skipIf(!postgresAnswers)('admins who stop each other at once [needs Postgres]', () => {
  it('leave two who can sign, in whichever order they come', async () => {
    const database = await postgresWith(authenticatorModule)
    try {
      for (let times = 0; times < 5; times++) {
        await removeAll(database)
        const people = await peopleOn(database)
        await Promise.all([
          suspend(people, 'ann', 'amy'),
          suspend(people, 'amy', 'setup'),
          suspend(people, 'setup', 'ann'),
          revoke(people, 'ann', 'setup'),
          revoke(people, 'amy', 'ann'),
        ])
        const [left] = await database.query<{ admins: bigint }>(
          `SELECT count(DISTINCT operator_id) AS admins FROM authenticator.operators
           JOIN authenticator.api_keys USING (operator_id)
           WHERE role = 'admin' AND suspended_at IS NULL AND revoked_at IS NULL`,
        )
        expect(left).toEqual({ admins: 2n })
      }
    } finally {
      await database.drop()
    }
  })
})
