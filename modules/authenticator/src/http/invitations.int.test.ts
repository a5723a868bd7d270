import { type Client, createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { createSoftwarePasskey } from '@species/testing'
import { expect, it } from 'vitest'
import { invitationLifeMs, maxInvitationsOfOperator } from '../domain/invitation.ts'
import { createWorld, origin, publicUrl } from '../test-world.ts'
import { clock, database, fetchHere, now, openAccess, operator, told, userWithKey, world } from './test-world.ts'

openAccess()

const path = '/marketplace/v1/sign-in/invitation'
const anyone = createClient({ baseUrl: origin, fetch: fetchHere })
type Passkey = ReturnType<typeof createSoftwarePasskey>
type Options = Parameters<Passkey['create']>[0]

const invite = async (onliId: string): Promise<{ token: string; invitationId: string }> =>
  read((await operator.request('POST', `/admin/v1/users/${onliId}/invitations`, {})).body)
const inviteOperator = async (operatorId: string, body: object): Promise<{ token: string; invitationId: string }> =>
  read((await operator.request('POST', `/admin/v1/operators/${operatorId}/invitations`, body)).body)
function read(body: unknown): { token: string; invitationId: string } {
  const { path: link, invitationId } = body as { path: string; invitationId: string }
  return { token: link.split('#')[1] ?? '', invitationId }
}

/** A browser that opened a link and made a passkey for it: what it then sends. */
async function opened(token: string, passkey = createSoftwarePasskey(publicUrl)): Promise<object> {
  const { publicKey } = generateEd25519()
  const options = (await anyone.request('POST', `${path}/options`, { token, publicKey })).body as Options
  return { token, publicKey, name: 'phone', response: passkey.create(options) }
}
const redeem = async (body: object): Promise<unknown> => await told(anyone.request('POST', path, body))
const come = async (token: string): Promise<unknown> => {
  const { publicKey } = generateEd25519()
  const open = await told(anyone.request('POST', `${path}/options`, { token, publicKey }))
  return typeof open === 'string' ? open : await redeem(await opened(token))
}
const count = async (table: string): Promise<number> =>
  Number((await database.query<{ n: bigint }>(`SELECT count(*) AS n FROM authenticator.${table}`))[0]?.n)

it('a link makes a user, their passkey and the key of their browser, once', async () => {
  const { token } = await invite('ann')
  const body = await opened(token)
  expect(world.vaults).not.toContain('vault-ann')
  expect(await redeem(body)).toMatchObject({ status: 201, onliId: 'ann', alg: 'ed25519' })
  expect(world.vaults).toContain('vault-ann')
  expect(await redeem(body)).toBe('403 invitation_invalid')
  expect(await come(token)).toBe('403 invitation_invalid')
})

it('of browsers that race with one link, one comes in', async () => {
  const { token } = await invite('bea')
  const bodies = [await opened(token), await opened(token), await opened(token)]
  const answers = await Promise.all(bodies.map(redeem))
  expect(answers.filter((one) => one === '403 invitation_invalid')).toHaveLength(2)
  expect((await database.query(`SELECT 1 FROM authenticator.passkeys WHERE onli_id = 'bea'`)).length).toBe(1)
})

it('a link that is revoked, too old or unknown lets no one in, and all get one answer', async () => {
  const revoked = await invite('cid')
  const body = await opened(revoked.token)
  await operator.request('DELETE', `/admin/v1/invitations/${revoked.invitationId}`)
  expect(await redeem(body)).toBe('403 invitation_invalid')
  const old = await invite('cid')
  clock.advance(invitationLifeMs)
  expect(await come(old.token)).toBe('403 invitation_invalid')
  expect(await come('A'.repeat(43))).toBe('403 invitation_invalid')
  expect(await told(operator.request('GET', '/admin/v1/users/cid'))).toBe('404 not_found')
})

it('a refused passkey leaves nothing behind, and the link works still', async () => {
  const { token } = await inviteOperator('olga', { name: 'Olga' })
  const passkey = createSoftwarePasskey(publicUrl)
  const { publicKey } = generateEd25519()
  const options = (await anyone.request('POST', `${path}/options`, { token, publicKey })).body as Options
  const tables = ['operators', 'passkeys', 'api_keys']
  const before = await Promise.all(tables.map(count))
  const forged = passkey.create(options, { origin: 'https://evil.test' })
  expect(await redeem({ token, publicKey, name: 'x', response: forged })).toBe('403 passkey_invalid')
  const elsewhere = { ...(await opened(token)), publicKey: generateEd25519().publicKey }
  expect(await redeem(elsewhere)).toBe('403 passkey_invalid')
  expect(await Promise.all(tables.map(count))).toEqual(before)
  expect(await come(token)).toMatchObject({ status: 201, onliId: 'operator', operatorId: 'olga' })
})

it('a link that one operator made alone, as the second, is void once there is a second', async () => {
  await database.query(`DELETE FROM authenticator.api_keys WHERE operator_id <> 'setup'`)
  await database.query(`DELETE FROM authenticator.passkey_challenges`)
  await database.query(`DELETE FROM authenticator.passkeys WHERE operator_id <> 'setup'`)
  await database.query(`DELETE FROM authenticator.operators WHERE operator_id <> 'setup'`)
  const [first, second] = [await inviteOperator('pia', { name: 'Pia' }), await inviteOperator('quin', { name: 'Quin' })]
  expect(await come(first.token)).toMatchObject({ operatorId: 'pia' })
  expect(await come(second.token)).toBe('403 invitation_invalid')
  const people = (await operator.request('GET', '/admin/v1/operators')).body as { operators: object[] }
  expect(people.operators).toMatchObject([{ operatorId: 'pia', role: 'admin' }, { operatorId: 'setup' }])
})

it('a link for someone new opens no account that came to be in another way', async () => {
  const { token } = await invite('dee')
  await userWithKey('dee')
  expect(await come(token)).toBe('403 invitation_invalid')
  const second = await invite('eve')
  await come((await invite('eve')).token)
  expect(await come(second.token)).toBe('403 invitation_invalid')
})

it('where two people are needed they make a link to an account that is there, and one to an operator; one person invites a new user', async () => {
  const two = createWorld(database, clock, { twoPeople: true })
  const asAdmin = async (operatorId: string): Promise<Client> => {
    const pair = generateEd25519()
    const body = { operatorId, name: operatorId, publicKey: pair.publicKey, role: 'admin' }
    const { keyId } = (await operator.request('POST', '/admin/v1/operators', body)).body as { keyId: string }
    const signer = createSigner({ keyId, alg: 'ed25519', privateKey: pair.privateKey, now })
    return createClient({ baseUrl: origin, fetch: async (request) => await two.app.fetch(request), signer })
  }
  const [rosa, sven] = [await asAdmin('rosa'), await asAdmin('sven')]
  await userWithKey('fay')
  const made = await rosa.request('POST', '/admin/v1/users/fay-new/invitations', {})
  expect([made.status, await come(read(made.body).token)]).toMatchObject([201, { onliId: 'fay-new' }])
  for (const [asked, body, whose] of [
    ['/admin/v1/users/fay/invitations', {}, { onliId: 'fay' }],
    ['/admin/v1/operators/tove/invitations', { name: 'Tove' }, { operatorId: 'tove' }],
    ['/admin/v1/operators/rosa/invitations', {}, { operatorId: 'rosa' }],
  ] as const) {
    const { status, body: answer } = await rosa.request('POST', asked, body)
    expect([status, JSON.stringify(answer)]).toEqual([202, expect.not.stringContaining('/invite#')])
    const { proposalId, actionHash } = (answer as { proposal: { proposalId: string; actionHash: string } }).proposal
    const approve = `/admin/v1/proposals/${proposalId}/approve`
    expect(await told(rosa.request('POST', approve, { actionHash }))).toBe('403 forbidden')
    const { result } = (await sven.request('POST', approve, { actionHash })).body as { result: object }
    expect(await come(read(result).token)).toMatchObject({ status: 201, ...whose })
  }
})

it('no token is kept: not in the table, not in the audit log, not in the list', async () => {
  const { token, invitationId } = await invite('gus')
  const rows = [
    await database.query('SELECT * FROM authenticator.invitations'),
    await database.query('SELECT * FROM authenticator.audit'),
    (await operator.request('GET', '/admin/v1/invitations')).body,
  ]
  const all = JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  expect(all).toContain(invitationId)
  expect(all).not.toContain(token)
})

it('one operator has a bounded number of open links', async () => {
  await database.query('DELETE FROM authenticator.invitations')
  for (let n = 0; n < maxInvitationsOfOperator; n++) await invite(`user-${n}`)
  expect(await told(operator.request('POST', '/admin/v1/users/one-more/invitations', {}))).toBe('403 forbidden')
})

it('only operators make links', async () => {
  const client = await userWithKey('hal')
  expect(await told(client.request('POST', '/admin/v1/users/ida/invitations', {}))).toBe('403 forbidden')
})
