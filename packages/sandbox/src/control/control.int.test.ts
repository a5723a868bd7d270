import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../options.ts'
import { startSandbox } from '../sandbox.ts'
import { http, order, ordered } from '../test-callers.ts'

const evm = { from: `0x${'1'.repeat(40)}`, to: `0x${'2'.repeat(40)}`, token: 'USDT' }

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
})
afterEach(async () => await sandbox.close())

describe('the control API', () => {
  it.each<[string, string, object, string]>([
    ['no amount', '/chains/ETH/transfers', evm, 'amount'],
    ['two amounts', '/chains/ETH/transfers', { ...evm, amount: '1', baseUnits: '1' }, 'amount'],
    ['more places than the token has', '/chains/ETH/transfers', { ...evm, amount: '0.0000001' }, '6 places'],
    ['an amount that is a number', '/chains/ETH/transfers', { ...evm, amount: 1 }, 'amount'],
    ['a bad address', '/chains/ETH/transfers', { ...evm, amount: '1', to: 'x' }, 'to is no address'],
    [
      'a bad address in a further transfer',
      '/chains/ETH/transfers',
      { ...evm, amount: '1', transfers: [{ ...evm, amount: '1', from: 'y' }] },
      'transfers[0]',
    ],
    ['an unknown token', '/chains/ETH/transfers', { ...evm, amount: '1', token: 'USDC' }, 'token'],
    ['an unknown field', '/chains/ETH/transfers', { ...evm, amount: '1', statu: 'failed' }, 'statu'],
    ['no blocks', '/chains/ETH/blocks', { count: 0 }, 'count'],
    ['a reorganisation below the history', '/chains/ETH/reorg', { depth: 5000 }, '999'],
    ['an unknown partner', '/faults', { partner: 'x', kind: 'down' }, 'partner'],
    [
      'a lie that the partner cannot tell',
      '/faults',
      { partner: 'onli', kind: 'wrong', how: 'html' },
      'garbage_status',
    ],
    ['an unknown consent', '/consent', { mode: 'maybe' }, 'mode'],
    ['a decision about nothing', '/consent/decide', { answer: 'grant' }, 'operationId'],
    ['half a unit', '/vaults', { vault: 'a', amount: 0.5 }, 'amount'],
  ])('refuses %s with a problem that names it', async (_what, path, body, detail) => {
    const reply = await order(sandbox, path, body)
    expect(reply.status).toBe(400)
    expect(reply.type).toBe('application/problem+json')
    expect(reply.body).toMatchObject({ status: 400, code: 'invalid_request', retryable: false })
    expect((reply.body as { detail: string }).detail).toContain(detail)
  })

  it('answers an unknown chain, path and fault with 404', async () => {
    expect((await order(sandbox, '/chains/DOGE/blocks', { count: 1 })).status).toBe(404)
    expect((await order(sandbox, '/nothing', {})).status).toBe(404)
    expect((await order(sandbox, '/faults/fault-9', undefined, 'DELETE')).status).toBe(404)
    expect((await http(`${sandbox.httpUrl}/nothing/api/v1/about`)).status).toBe(404)
  })

  it('lists and deletes faults', async () => {
    const posted = await ordered(sandbox, '/faults', { partner: 'tron', kind: 'down', times: 3 })
    expect(posted).toMatchObject({ id: 'fault-1', left: 3, when: 'before' })
    expect(await ordered(sandbox, '/faults', undefined, 'GET')).toEqual({ faults: [posted] })
    expect(await ordered(sandbox, '/faults', undefined, 'DELETE')).toEqual({ removed: 1 })
    expect(await ordered(sandbox, '/faults', undefined, 'GET')).toEqual({ faults: [] })
  })

  it('puts units into a vault and takes no more than there are', async () => {
    await ordered(sandbox, '/vaults', { vault: 'escrow', owner: 'market', preAuthorised: true, amount: '5' })
    await ordered(sandbox, '/vaults', { vault: 'escrow', amount: 2 })
    expect((await order(sandbox, '/vaults', { vault: 'escrow', amount: '-8' })).status).toBe(409)
    expect((await order(sandbox, '/consent', { mode: 'stall', vault: 'nobody' })).status).toBe(404)
    const state = await ordered(sandbox, '/state', undefined, 'GET')
    expect(state).toMatchObject({ vaults: { escrow: '7' }, operations: 0, honoursIdempotencyKeys: true })
    expect(await ordered(sandbox, '/vaults', undefined, 'GET')).toMatchObject({
      vaults: [{ owner: 'market', preAuthorised: true }],
    })
  })

  it('keeps out web pages: no foreign Host, no body that is not declared JSON', async () => {
    const simple = await http(
      `${sandbox.httpUrl}/control/consent`,
      'POST',
      { mode: 'refuse' },
      { 'content-type': 'text/plain' },
    )
    expect(simple.status).toBe(400)
    const { port } = new URL(sandbox.httpUrl)
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example' }
      request({ host: '127.0.0.1', port, path: '/control/state', headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
  })
})

describe('starting', () => {
  it('refuses to listen beyond loopback', async () => {
    await expect(startSandbox({ httpPort: 0, grpcPort: 0, host: '0.0.0.0' })).rejects.toThrow('loopback')
  })

  it('gives its ports back when one of them is taken', async () => {
    const taken = Number(new URL(sandbox.grpcUrl).port)
    const free = await startSandbox({ httpPort: 0, grpcPort: 0 })
    const httpPort = Number(new URL(free.httpUrl).port)
    await free.close()
    await expect(startSandbox({ httpPort, grpcPort: taken })).rejects.toThrow()
    const again = await startSandbox({ httpPort, grpcPort: 0 })
    await again.close()
  })
})
