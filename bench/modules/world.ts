import { randomBytes } from 'node:crypto'
import { type Bus, createDeadLetters, createInProcessBus, withCalls } from '@species/bus'
import { defaultConfig, ensureFirstVersion } from '@species/config'
import { type Database, createDueTimes } from '@species/database'
import { openReceiptSigner } from '@species/floor-manager'
import { type Marketplace, createMarketplace } from '@species/marketplace'
import {
  type Metrics,
  Secret,
  createLogger,
  createMetrics,
  createSealer,
  startJobs,
  systemClock,
  systemIds,
  systemPace,
} from '@species/platform'
import { startUnits, vaults } from './load-users.ts'
import { createInstantOnli } from './partners.ts'

/** One for all worlds of a run: what one has sealed the next one opens. */
const masterKey = new Secret(randomBytes(32).toString('hex'))

/** All modules in this process, with partners that answer at once: no sockets but the database's. */
export interface ModulesWorld {
  readonly accept: Marketplace['accept']
  readonly metrics: Metrics
  /** Messages that wait anywhere. */
  waiting(): number
  /** Broken invariants of ledger and book, in words. */
  audit(): Promise<string[]>
  close(): Promise<void>
}

type OnEnd = (end: 'completed' | 'failed', eventKeys: readonly string[]) => void

/** Starts the marketplace as the program does, without HTTP; `onEnd` hears which events have ended, and how. */
export async function openModules(database: Database, onEnd: OnEnd): Promise<ModulesWorld> {
  const log = createLogger({ level: 'warn', stream: process.stderr })
  const metrics = createMetrics()
  const deadLetters = createDeadLetters(database, systemClock)
  const bus = createInProcessBus({ ids: systemIds, log, deadLetters, maxAttempts: 8, metrics })
  const platform = { database, bus: hearingEnds(bus, onEnd), clock: systemClock, ids: systemIds, log, metrics }
  await makeFirstConfig(database)
  const sealer = createSealer([masterKey], systemIds)
  const marketplace = createMarketplace(platform, {
    onli: createInstantOnli(startUnits),
    chainReaders: [],
    chainScouts: [],
    signer: await openReceiptSigner({ database, sealer, clock: systemClock, sandbox: true }),
    sandbox: true,
    sandboxAddresses: {},
    twoPeople: false,
    access: {
      sealer,
      verifier: { forget: () => undefined },
      sandboxSignIn: false,
      relyingParty: () => ({ id: 'localhost', origins: [] }),
    },
    intake: { maxBacklog: Infinity, acceptPace: systemPace(3) },
    pages: { keepsPages: false },
    webhooks: {
      sender: { refusal: () => 'not in a benchmark', send: () => Promise.reject(new Error('nothing listens')) },
    },
  })
  const running = await marketplace.start()
  const dueTimes = createDueTimes(database, running.jobs)
  const jobs = startJobs(running.jobs, { log, clock: systemClock, dueTimes })
  const { accept, queries } = marketplace
  return {
    accept,
    metrics,
    waiting: () => [...bus.backlog().values()].reduce((sum, count) => sum + count, 0),
    audit: async () => [...(await queries.cashier.auditLedger()), ...(await queries.matching.auditBook())],
    async close() {
      await jobs.stop()
      await running.stop()
      await bus.close()
    },
  }
}

async function makeFirstConfig(database: Database): Promise<void> {
  const evm = [`0x${'d'.repeat(40)}`]
  const depositAddresses = { ETH: evm, BSC: evm, POLYGON: evm, TRON: ['TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'] }
  const config = defaultConfig({ depositAddresses, escrowVault: vaults.escrow, poolVault: vaults.liquidityPool })
  await ensureFirstVersion(database, config, systemClock)
}

/** An event has ended when marketplace-api, the last to hear of it, has stored that it has. */
function hearingEnds(bus: Bus, onEnd: OnEnd): Bus {
  return withCalls(bus, {
    subscribe(consumer) {
      const end = /^marketplace-api-(completed|failed)$/.exec(consumer.name)?.[1]
      if (end !== 'completed' && end !== 'failed') {
        bus.subscribe(consumer)
        return
      }
      bus.subscribe({
        ...consumer,
        handle: async (batch) => {
          const outgoing = await consumer.handle(batch)
          onEnd(
            end,
            batch.map((message) => message.key),
          )
          return outgoing
        },
      })
    },
  })
}
