import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../options.ts'
import { startSandbox } from '../sandbox.ts'
import { OnliCaller, order, ordered, status } from '../test-callers.ts'

let sandbox: Sandbox
let onli: OnliCaller
let now = 1_790_000_000_000
beforeEach(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0, now: () => now })
  onli = new OnliCaller(sandbox)
  await onli.call('AssetService/CreateVaults', {
    items: [
      { vault: 'alice', owner: 'alice' },
      { vault: 'bob', owner: 'bob' },
    ],
  })
})
afterEach(async () => {
  onli.close()
  await sandbox.close()
})

const issue = (key: string, to: string, amount: string): object => ({
  idempotency_key: key,
  to_vault: to,
  amount,
  which_device: 'cloud',
})
const move = (key: string, amount: string, change: object = {}): object => ({
  idempotency_key: key,
  from_vault: 'alice',
  to_vault: 'bob',
  amount,
  ...change,
})
const give = async (amount: string): Promise<unknown> =>
  await onli.operations('IssueService/Issue', [issue(`give-${amount}`, 'alice', amount)])
const change = async (...items: object[]): ReturnType<OnliCaller['operations']> =>
  await onli.operations('AssetService/ChangeOwner', items)
const verify = async (key: string): ReturnType<OnliCaller['operations']> =>
  await onli.operations('OracleService/VerifyOperations', [{ idempotency_key: key }])
const fault = async (body: object): Promise<unknown> => await ordered(sandbox, '/faults', { partner: 'onli', ...body })

describe('Onli Cloud', () => {
  it('issues and moves units, and its oracle knows both by id and by key', async () => {
    const [issued] = await onli.operations('IssueService/Issue', [issue('i1', 'alice', '10')])
    expect(issued).toMatchObject({
      status: status.DONE,
      owner_vault: 'alice',
      owner_changed_at: now / 1000,
      from_vault: '',
    })
    const [moved] = await change(move('m1', '4'))
    expect(moved).toMatchObject({ status: status.DONE, owner_vault: 'bob', amount: '4', reason: '' })
    expect(await onli.balances('alice', 'bob', 'nobody')).toEqual(['6', '4', '0'])
    expect(await verify('m1')).toEqual([moved])
    const byId = [{ operation_id: issued!.operation_id }]
    expect(await onli.operations('OracleService/VerifyOperations', byId)).toEqual([issued])
    expect(await verify('never')).toMatchObject([{ status: status.NOT_FOUND, idempotency_key: 'never' }])
  })

  it('decides each item of a batch on its own, in order', async () => {
    await give('10')
    const answers = await change(
      move('a', '6'),
      move('b', '6'),
      move('c', '4'),
      move('d', 'x'),
      move('e', '1', { to_vault: '?' }),
    )
    expect(answers.map((op) => [op.idempotency_key, op.status, op.reason])).toEqual([
      ['a', status.DONE, ''],
      ['b', status.REFUSED, 'insufficient_units'],
      ['c', status.DONE, ''],
      ['d', status.REFUSED, 'invalid'],
      ['e', status.REFUSED, 'unknown_vault'],
    ])
    expect(await onli.balances('alice', 'bob')).toEqual(['0', '10'])
  })

  it('answers a repeated key with the first operation and moves nothing', async () => {
    await give('10')
    const [first] = await change(move('k', '3'))
    expect(await change(move('k', '3'), move('k', '3'))).toEqual([first, first])
    expect(await change(move('k', '5'))).toMatchObject([
      { status: status.REFUSED, reason: 'invalid', operation_id: '' },
    ])
    expect(await onli.balances('bob')).toEqual(['3'])
    expect(await verify('k')).toEqual([first])
  })

  it('makes a new effect of every call when told not to honour keys; the key finds the latest', async () => {
    await give('10')
    await ordered(sandbox, '/onli', { honoursIdempotencyKeys: false })
    const [first] = await change(move('k', '3'))
    const [second] = await change(move('k', '3'))
    expect(second!.operation_id).not.toBe(first!.operation_id)
    expect(await onli.balances('bob')).toEqual(['6'])
    expect(await verify('k')).toEqual([second])
  })

  it('leaves an existing vault as it is when it is created again', async () => {
    await give('10')
    const again = await onli.call('AssetService/CreateVaults', {
      items: [{ vault: 'alice', owner: 'mallory', pre_authorised: true }],
    })
    expect(again).toMatchObject({ items: [{ vault: 'alice', exists: true, amount: '10' }] })
    const { vaults } = (await ordered(sandbox, '/vaults', undefined, 'GET')) as { vaults: object[] }
    expect(vaults[0]).toMatchObject({ vault: 'alice', owner: 'alice', preAuthorised: false })
  })

  it('refuses calls without a key, of another asset, or too large', async () => {
    const move1 = { app_symbol: 'SPECIES', items: [move('a', '1')] }
    await expect(onli.call('AssetService/ChangeOwner', move1, '')).rejects.toMatchObject({ code: 16 })
    await expect(onli.call('AssetService/ChangeOwner', { ...move1, app_symbol: 'X' })).rejects.toMatchObject({
      code: 3,
    })
    const many = Array.from({ length: 1001 }, (_, index) => move(`k${index}`, '1'))
    await expect(change(...many)).rejects.toMatchObject({ code: 3 })
    expect(await change(...many.slice(1))).toHaveLength(1000)
  })
})

describe('consent', () => {
  beforeEach(async () => {
    await give('10')
  })

  it('waits when stalled, and moves when the owner agrees later', async () => {
    await ordered(sandbox, '/consent', { mode: 'stall' })
    const [waiting] = await change(move('k', '3'))
    expect(waiting).toMatchObject({ status: status.AWAITING, owner_changed_at: 0, owner_vault: '' })
    expect(await onli.balances('alice', 'bob')).toEqual(['10', '0'])
    await ordered(sandbox, '/consent/decide', { idempotencyKey: 'k', answer: 'grant' })
    expect(await verify('k')).toMatchObject([{ status: status.DONE, owner_vault: 'bob' }])
    expect(await onli.balances('alice', 'bob')).toEqual(['7', '3'])
    expect((await order(sandbox, '/consent/decide', { idempotencyKey: 'k', answer: 'refuse' })).status).toBe(409)
    expect((await order(sandbox, '/consent/decide', { idempotencyKey: '?', answer: 'refuse' })).status).toBe(404)
  })

  it('refuses when told to, for one vault or when deciding late', async () => {
    await ordered(sandbox, '/consent', { mode: 'refuse', vault: 'alice' })
    expect(await change(move('a', '3'))).toMatchObject([{ status: status.REFUSED, reason: 'consent_refused' }])
    await ordered(sandbox, '/consent', { mode: 'stall', vault: 'alice' })
    const [waiting] = await change(move('b', '3'))
    await ordered(sandbox, '/consent/decide', { operationId: waiting!.operation_id, answer: 'refuse' })
    expect(await verify('b')).toMatchObject([{ status: status.REFUSED, reason: 'consent_refused' }])
  })

  it('refuses a late grant when the units are gone', async () => {
    await ordered(sandbox, '/consent', { mode: 'stall' })
    await change(move('k', '10'))
    await ordered(sandbox, '/vaults', { vault: 'alice', amount: '-5' })
    await ordered(sandbox, '/consent/decide', { idempotencyKey: 'k', answer: 'grant' })
    expect(await verify('k')).toMatchObject([{ status: status.REFUSED, reason: 'insufficient_units' }])
    expect(await onli.balances('alice', 'bob')).toEqual(['5', '0'])
  })

  it('expires as CANCELLED, after which nobody can grant it', async () => {
    await ordered(sandbox, '/consent', { mode: 'stall' })
    await change(move('k', '3', { consent_expires_at: now / 1000 + 60 }))
    now += 59_000
    expect(await verify('k')).toMatchObject([{ status: status.AWAITING }])
    now += 1_000
    expect((await order(sandbox, '/consent/decide', { idempotencyKey: 'k', answer: 'grant' })).status).toBe(409)
    expect(await verify('k')).toMatchObject([{ status: status.CANCELLED, reason: 'consent_expired' }])
    expect(await onli.balances('bob')).toEqual(['0'])
  })

  it('can be withdrawn while it waits; what is done stays done', async () => {
    const [done] = await change(move('done', '1'))
    await ordered(sandbox, '/consent', { mode: 'stall' })
    await change(move('k', '3'))
    const cancel = async (): ReturnType<OnliCaller['operations']> =>
      await onli.operations('AssetService/CancelOperations', [
        { idempotency_key: 'k' },
        { operation_id: done!.operation_id },
        { idempotency_key: 'never' },
      ])
    const first = await cancel()
    expect(first.map((op) => op.status)).toEqual([status.CANCELLED, status.DONE, status.NOT_FOUND])
    expect(await cancel()).toEqual(first)
    expect(await change(move('k', '3'))).toEqual([first[0]])
  })
})

describe('Onli Cloud under faults', () => {
  beforeEach(async () => {
    await give('10')
  })

  it('fails before the effect, or after it with the caller none the wiser', async () => {
    await fault({ kind: 'error', status: 'UNAVAILABLE', operation: 'ChangeOwner', times: 1 })
    await expect(change(move('before', '1'))).rejects.toMatchObject({ code: 14 })
    expect(await verify('before')).toMatchObject([{ status: status.NOT_FOUND }])
    await fault({ kind: 'down', operation: 'ChangeOwner', when: 'after', times: 1 })
    await expect(change(move('after', '1'))).rejects.toMatchObject({ code: 14 })
    expect(await verify('after')).toMatchObject([{ status: status.DONE }])
    expect(await onli.balances('bob')).toEqual(['1'])
  })

  it('is slower than its caller after the effect', async () => {
    await fault({ kind: 'latency', ms: 600_000, operation: 'ChangeOwner', when: 'after', times: 1 })
    const request = { app_symbol: 'SPECIES', items: [move('slow', '2')] }
    await expect(onli.call('AssetService/ChangeOwner', request, 'key', 50)).rejects.toMatchObject({ code: 4 })
    expect(await verify('slow')).toMatchObject([{ status: status.DONE }])
  })

  it('receives a request twice: harmless with keys, two effects without', async () => {
    await fault({ kind: 'duplicate', operation: 'ChangeOwner', times: 2 })
    await change(move('a', '1'))
    expect(await onli.balances('bob')).toEqual(['1'])
    await ordered(sandbox, '/onli', { honoursIdempotencyKeys: false })
    await change(move('b', '1'))
    expect(await onli.balances('bob')).toEqual(['3'])
  })

  it('lies about owner, amount, status, order, presence and balance, and the truth is unharmed', async () => {
    const batch = [move('a', '1'), move('b', '2')]
    const honest = await change(...batch)
    const lie = async (how: string): ReturnType<OnliCaller['operations']> => {
      await fault({ kind: 'wrong', how, times: 1 })
      return await onli.operations('OracleService/VerifyOperations', [
        { idempotency_key: 'a' },
        { idempotency_key: 'b' },
      ])
    }
    expect((await lie('owner')).map((op) => op.owner_vault)).toEqual(['somebody-else', 'somebody-else'])
    expect((await lie('amount')).map((op) => op.amount)).toEqual(['2', '3'])
    expect((await lie('garbage_status')).map((op) => op.status)).toEqual([99, 99])
    expect((await lie('not_found')).map((op) => op.status)).toEqual([status.NOT_FOUND, status.NOT_FOUND])
    expect(await lie('order')).toEqual(honest.toReversed())
    expect(await lie('missing')).toEqual(honest.slice(0, 1))
    await fault({ kind: 'wrong', how: 'balance', times: 1 })
    expect(await onli.balances('alice', 'bob')).toEqual(['8', '4'])
    expect(await onli.balances('alice', 'bob')).toEqual(['7', '3'])
    expect(await change(...batch)).toEqual(honest)
  })
})
