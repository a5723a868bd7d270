import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, createSigner } from '@species/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signerOptions } from '../../apps/species/src/commands/connect.ts'
import { type Stage, control, enter, pay, trade } from '../../apps/species/src/demo/players.ts'
import { DataDirectory } from '../../apps/species/src/processes/data-directory.ts'
import { type Told, runHere, serveHere } from '../../apps/species/src/processes/test-terminal.ts'
import { alertCases } from './alert-cases.ts'
import { commandOf, runbooks, wordsOf } from './runbooks.ts'

it('each alert has a runbook, and each runbook an alert', () => {
  expect(runbooks.map(({ alert }) => alert).sort()).toEqual([...Object.keys(alertCases), 'Watchdog'].sort())
})

it('each command of a runbook exists, with its options', async () => {
  const missing: string[] = []
  for (const command of new Set(runbooks.flatMap(({ commands }) => commands))) {
    const words = wordsOf(command)
    const end = words.findIndex((word) => /^[<-]/.test(word))
    const options = words.filter((word) => word.startsWith('--'))
    const { code, out } = await runHere(tmpdir(), [...words.slice(0, end < 0 ? undefined : end), '--help'])
    if (code !== 0 || options.some((option) => !out.includes(option))) missing.push(command)
  }
  expect(missing).toEqual([])
})

describe('on a running marketplace', () => {
  let directory: string
  let served: Awaited<ReturnType<typeof serveHere>>
  let stage: Stage
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'species-runbooks-'))
    served = await serveHere(directory)
    const data = new DataDirectory(directory)
    const key = data.readKey('operator')
    const sandboxUrl = data.readRunning()?.sandboxUrl
    if (!key || sandboxUrl === undefined) throw new Error('the runbooks need a key and the sandbox')
    const operator = createClient({ baseUrl: served.url, signer: createSigner(signerOptions(key)) })
    stage = { baseUrl: served.url, sandboxUrl, operator }
  })
  afterAll(async () => {
    await served.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  const run = async (words: readonly string[]): Promise<Told> => await runHere(directory, words)
  const metric = async (line: string): Promise<number> => {
    const text = await (await fetch(`${stage.baseUrl}/metrics`)).text()
    return Number(
      text
        .split('\n')
        .find((one) => one.startsWith(`${line} `))
        ?.slice(line.length + 1) ?? Number.NaN,
    )
  }
  const becomes = async (line: string, value: unknown): Promise<void> => {
    await expect.poll(() => metric(line), { timeout: 20_000, interval: 250 }).toEqual(value)
  }

  it('what a page says to look at can be looked at, and nothing is wrong', async () => {
    const told = await Promise.all(
      [...new Set(runbooks.flatMap(({ look }) => look))].map(async (command) => {
        const { code, err } = await run(wordsOf(command))
        return [command, code, err]
      }),
    )
    expect(told.filter(([, code]) => code !== 0)).toEqual([])
  })

  it('MarketVaultDiffers: it is seen, halted, and over once the vault is right', async () => {
    const move = (amount: number): Promise<unknown> =>
      control(stage.sandboxUrl, '/vaults', { vault: 'vault-liquidity-pool', amount })
    const differs = 'species_vault_difference_units{owner="market"}'
    await move(7)
    expect(await run(commandOf('MarketVaultDiffers', 'npx species reconcile', {}))).toMatchObject({ code: 1 })
    await becomes(differs, 7)
    expect(await run(commandOf('MarketVaultDiffers', 'npx species halt', {}))).toMatchObject({ code: 0 })
    await move(-7)
    expect(await run(commandOf('MarketVaultDiffers', 'npx species reconcile', {}))).toMatchObject({ code: 0 })
    const why = { '…': 'the vault is right again' }
    expect(await run(commandOf('MarketVaultDiffers', 'npx species resume', why))).toMatchObject({ code: 0 })
    await becomes(differs, 0)
  }, 60_000)

  it('ReviewWaits: it is listed, decided with a reason, and over', async () => {
    const [alice] = await Promise.all([enter(stage, 'alice'), enter(stage, 'bob')])
    const proof = await pay(stage, alice.walletAddress, '20')
    await trade(alice.client, { from: 'alice', to: 'treasury', amount: 10, payWith: { chain: 'ETH', proof } })
    await control(stage.sandboxUrl, '/faults', {
      partner: 'onli',
      kind: 'wrong',
      how: 'owner',
      operation: 'VerifyOperations',
      times: 1,
    })
    await alice.client.submitEvent({ eventId: 'doubted-event', from: 'alice', to: 'bob', amount: 3 })
    await becomes('species_open_reviews', 1)
    const list = commandOf('ReviewWaits', 'npx species review list', {})
    const [{ eventKey = '' } = {}] = JSON.parse((await run([...list, '--json'])).out) as { eventKey?: string }[]
    const places = { '<eventKey>': eventKey, '…': 'Onli Cloud says that the units moved' }
    expect(await run(commandOf('ReviewWaits', 'npx species review decide', places))).toMatchObject({ code: 0 })
    await alice.client.waitForEnd('doubted-event')
    await becomes('species_open_reviews', 0)
    expect(await metric('species_oldest_review_seconds')).toBe(0)
    expect(await run(['doctor'])).toMatchObject({ code: 0 })
  }, 90_000)
})
