import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox, SandboxOptions } from '../options.ts'
import { startSandbox } from '../sandbox.ts'
import { http, OnliCaller, ordered, status } from '../test-callers.ts'

let folder: string
let journalPath: string
const open: (() => Promise<void> | void)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'))
  journalPath = join(folder, 'sandbox.jsonl')
})
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
  rmSync(folder, { recursive: true })
})

async function start(options: Partial<SandboxOptions> = {}): Promise<{ sandbox: Sandbox; onli: OnliCaller }> {
  const sandbox = await startSandbox({ httpPort: 0, grpcPort: 0, journalPath, ...options })
  return { sandbox, onli: callerOf(sandbox) }
}

function callerOf(sandbox: Sandbox): OnliCaller {
  const onli = new OnliCaller(sandbox)
  open.push(
    () => sandbox.close(),
    () => onli.close(),
  )
  return onli
}

const everything = async (sandbox: Sandbox): Promise<unknown[]> =>
  await Promise.all(
    ['/state', '/vaults', '/operations'].map(async (path) => await ordered(sandbox, path, undefined, 'GET')),
  )

async function live(sandbox: Sandbox, onli: OnliCaller): Promise<string> {
  await onli.call('AssetService/CreateVaults', {
    items: [
      { vault: 'a', owner: 'x' },
      { vault: 'b', owner: 'y' },
    ],
  })
  await onli.operations('IssueService/Issue', [
    { idempotency_key: 'i', to_vault: 'a', amount: '9', which_device: 'cloud' },
  ])
  const move = { from_vault: 'a', to_vault: 'b', amount: '2' }
  await onli.operations('AssetService/ChangeOwner', [{ ...move, idempotency_key: 'm1' }])
  await ordered(sandbox, '/consent', { mode: 'stall', vault: 'a' })
  await onli.operations('AssetService/ChangeOwner', [
    { ...move, idempotency_key: 'm2' },
    { ...move, idempotency_key: 'm3' },
  ])
  await ordered(sandbox, '/consent/decide', { idempotencyKey: 'm2', answer: 'grant' })
  const pay = { token: 'USDT', from: `0x${'1'.repeat(40)}`, to: `0x${'2'.repeat(40)}`, amount: '5' }
  const { hash } = (await ordered(sandbox, '/chains/BSC/transfers', pay)) as { hash: string }
  await ordered(sandbox, '/chains/ETH/transfers', pay)
  await ordered(sandbox, '/chains/ETH/reorg', { depth: 1 })
  await ordered(sandbox, '/chains/BSC/blocks', { count: 3 })
  return hash
}

describe('the journal of the sandbox', () => {
  it('brings everything back after a stop, twice', async () => {
    let { sandbox, onli } = await start()
    const hash = await live(sandbox, onli)
    const before = await everything(sandbox)
    const proof = async (): Promise<unknown> =>
      (await http(`${sandbox.httpUrl}/moralis/api/v2.2/transaction/${hash}?chain=bsc`)).body
    const proven = await proof()
    for (let restart = 0; restart < 2; restart++) {
      await sandbox.close()
      ;({ sandbox, onli } = await start())
      expect(await everything(sandbox)).toEqual(before)
      expect(await proof()).toEqual(proven)
      const again = { idempotency_key: 'm1', from_vault: 'a', to_vault: 'b', amount: '2' }
      expect(await onli.operations('AssetService/ChangeOwner', [again])).toMatchObject([{ status: status.DONE }])
    }
  })

  it('tolerates a torn last line, and does not start on a damaged one', async () => {
    const first = await start()
    await live(first.sandbox, first.onli)
    const before = await everything(first.sandbox)
    await first.sandbox.close()
    appendFileSync(journalPath, '{"t":"op","op":{"id"')
    const second = await start()
    expect(await everything(second.sandbox)).toEqual(before)
    await second.sandbox.close()
    writeFileSync(journalPath, `${readFileSync(journalPath, 'utf8')}{"t":"nonsense"}\n`)
    await expect(start()).rejects.toThrow(/damaged at line \d+/)
  })

  it('remembers whether keys are honoured unless the start says otherwise', async () => {
    const honours = async (options?: Partial<SandboxOptions>): Promise<unknown> => {
      const { sandbox } = await start(options)
      const state = (await ordered(sandbox, '/state', undefined, 'GET')) as { honoursIdempotencyKeys: boolean }
      await sandbox.close()
      return state.honoursIdempotencyKeys
    }
    expect(await honours()).toBe(true)
    expect(await honours({ honoursIdempotencyKeys: false })).toBe(false)
    expect(await honours()).toBe(false)
    expect(await honours({ honoursIdempotencyKeys: true })).toBe(true)
  })

  it('goes on with automatic blocks where the clock says, also with another interval', async () => {
    let now = 1_790_000_000_000
    const height = async (blockIntervalMs: number): Promise<number> => {
      const { sandbox } = await start({ now: () => now, blockIntervalMs })
      const reply = await http(`${sandbox.httpUrl}/moralis/api/v2.2/latestBlockNumber/eth`)
      await sandbox.close()
      return Number(reply.body)
    }
    const first = await height(1000)
    now += 10_000
    expect(await height(1000)).toBe(first + 10)
    now += 10_000
    expect(await height(100)).toBe(first + 20)
    now += 1_000
    expect(await height(0)).toBe(first + 30)
    now += 60_000
    expect(await height(0)).toBe(first + 30)
  })

  it('loses nothing that was acknowledged when the process is killed', async () => {
    const script = `
      import { startSandbox } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)}
      const { httpUrl, grpcUrl } = await startSandbox({ httpPort: 0, grpcPort: 0, journalPath: process.argv[1] })
      process.stdout.write(JSON.stringify({ httpUrl, grpcUrl }) + '\\n')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, journalPath], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    // When it cannot start at all, that must not look like a hang.
    const [line] = (await Promise.race([once(child.stdout, 'data'), exited])) as [Buffer]
    const urls = JSON.parse(line.toString()) as { httpUrl: string; grpcUrl: string }
    const onli = callerOf({ ...urls, close: async () => undefined })
    await onli.call('AssetService/CreateVaults', { items: [{ vault: 'a', owner: 'x' }] })
    let acknowledged = 0
    const flood = async (worker: number): Promise<void> => {
      for (let batch = 0; ; batch++) {
        const items = Array.from({ length: 50 }, (_, index) => ({
          idempotency_key: `${worker}-${batch}-${index}`,
          to_vault: 'a',
          amount: '1',
          which_device: 'cloud',
        }))
        acknowledged += (await onli.operations('IssueService/Issue', items)).length
        if (acknowledged >= 2000) child.kill('SIGKILL')
      }
    }
    await Promise.allSettled([flood(1), flood(2), flood(3)])
    await exited
    const after = await start()
    const [amount] = await after.onli.balances('a')
    const { operations } = (await ordered(after.sandbox, '/operations', undefined, 'GET')) as { operations: unknown[] }
    expect(acknowledged).toBeGreaterThanOrEqual(2000)
    expect(Number(amount)).toBeGreaterThanOrEqual(acknowledged)
    expect(operations).toHaveLength(Number(amount))
  })
})
