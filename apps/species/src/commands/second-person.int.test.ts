import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateEd25519 } from '@species/sdk/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Told, runHere, serveHere } from '../processes/test-terminal.ts'

const directory = mkdtempSync(join(tmpdir(), 'species-two-'))
const keyFile = join(directory, 'keys', 'operator.json')
let server: Awaited<ReturnType<typeof serveHere>>
let keys: { setup: string; olga: string }

/** A marketplace with two operators, where what takes two people takes two. */
beforeAll(async () => {
  server = await serveHere(directory, 'serve', { SPECIES_TWO_PEOPLE: '1' })
  const pair = generateEd25519()
  const made = await species('operator', 'create', 'olga', '--name', 'Olga', '--public-key', pair.publicKey, '--json')
  const { keyId } = JSON.parse(made.out) as { keyId: string }
  keys = { setup: readFileSync(keyFile, 'utf8'), olga: JSON.stringify({ alg: 'ed25519', keyId, ...pair }) }
}, 120_000)
afterAll(async () => {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

const species = async (...words: string[]): Promise<Told> => await runHere(directory, words)
const as = async (person: keyof typeof keys, ...words: string[]): Promise<Told> => {
  writeFileSync(keyFile, keys[person])
  return await species(...words)
}
const because = ['--reason', 'for the test of it'] as const
const set = ['config', 'set', 'treasuryPrice', '2', ...because] as const
const price = async (): Promise<string> => (await species('config', 'get', 'treasuryPrice')).out.trim()

describe('an action that takes two people', () => {
  it('is proposed: the command says what, who approves it and how, and the other person does that', async () => {
    const proposed = await as('setup', ...set)
    expect(proposed.code).toBe(0)
    expect(proposed.out).toContain('Nothing is done yet: this takes two people.')
    expect(proposed.out).toContain('treasuryPrice: "1" → "2"')
    const [, approve = ''] = /npx species (proposals approve \S+)/.exec(proposed.out) ?? []
    expect(await price()).toBe('1')
    const again = JSON.parse((await as('setup', ...set, '--json')).out) as {
      proposed: { status: string }
      next: string
    }
    expect(again).toMatchObject({ proposed: { status: 'open' }, next: expect.stringContaining(approve) as string })

    expect(await as('setup', ...approve.split(' '), '--yes')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^forbidden/) as string,
    })
    expect((await as('olga', 'proposals', 'list')).out).toContain('by setup: replace version')
    expect(await as('olga', ...approve.split(' '), '--yes')).toMatchObject({ code: 0 })
    expect(await price()).toBe('2')
    const log = (await as('olga', 'audit', 'export', '--action', 'config.change')).out.trim().split('\n')
    expect(JSON.parse(log[0] ?? '')).toMatchObject({
      operatorId: 'olga',
      phase: 'done',
      facts: { proposedBy: 'setup', after: { changes: [{ path: 'treasuryPrice', from: '1', to: '2' }] } },
    })
  }, 60_000)

  it('is to resume, and never to halt', async () => {
    expect((await as('setup', 'halt', ...because)).out).toMatch(/^Trading is halted/)
    const resumed = await as('setup', 'resume', ...because)
    expect(resumed.out).toContain('Nothing is done yet')
    expect((await species('config', 'get', 'trading')).out.trim()).toBe('off')
    const [, id = ''] = /proposals approve (\S+)/.exec(resumed.out) ?? []
    expect((await as('olga', 'proposals', 'refuse', id, ...because)).out).toContain('It is refused')
    expect(await as('olga', 'proposals', 'approve', id, '--yes')).toMatchObject({ code: 1 })
  }, 60_000)

  it('is to resume payouts, and another halt in between voids the proposal', async () => {
    expect((await as('setup', 'halt', 'payouts', ...because)).out).toBe('Payouts are halted.\n')
    const propose = async (): Promise<string> => {
      const { out } = await as('setup', 'resume', 'payouts', ...because)
      return /proposals approve (\S+)/.exec(out)?.[1] ?? out
    }
    const first = await propose()
    await as('olga', 'halt', 'payouts', ...because)
    expect(await as('olga', 'proposals', 'approve', first, '--yes')).toMatchObject({ code: 1 })
    const second = await propose()
    expect(await as('olga', 'proposals', 'approve', second, '--yes')).toMatchObject({ code: 0 })
    expect((await as('olga', 'resume', 'payouts', ...because)).err).toContain('Payouts are not halted')
    expect((await species('halt', 'everything', ...because)).code).toBe(2)
  }, 60_000)
})

describe('a third operator whose key is made here', () => {
  const create = ['operator', 'create', 'otto', '--name', 'Otto'] as const
  const waiting = join(directory, 'keys', 'operator-otto.next.json')
  const kept = join(directory, 'keys', 'operator-otto.json')

  it('has no key file before a second person approves, and a key that signs after it', async () => {
    const proposed = await as('setup', ...create)
    expect(proposed.err).toContain('give the same command again')
    expect(existsSync(kept)).toBe(false)
    const { publicKey } = JSON.parse(readFileSync(waiting, 'utf8')) as { publicKey: string }
    // Given again too early it is the same proposal, of the same key.
    expect((await as('setup', ...create)).out).toContain(publicKey)
    const [, id = ''] = /proposals approve (\S+)/.exec(proposed.out) ?? []
    expect(await as('olga', 'proposals', 'approve', id, '--yes')).toMatchObject({ code: 0 })

    expect(await as('setup', ...create)).toMatchObject({ code: 0, out: expect.stringContaining(kept) as string })
    expect(existsSync(waiting)).toBe(false)
    writeFileSync(keyFile, readFileSync(kept, 'utf8'))
    expect((await species('operator', 'list')).out).toContain('otto  Otto  operator  active')
  }, 60_000)

  it('is no way to the id of another person', async () => {
    const taken = await as('setup', 'operator', 'create', 'olga', '--name', 'Another')
    expect(taken).toMatchObject({ code: 1, err: expect.stringMatching(/^already_exists/) as string })
    expect(existsSync(join(directory, 'keys', 'operator-olga.json'))).toBe(false)
  }, 60_000)
})
