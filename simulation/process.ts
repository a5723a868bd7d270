import type { AssetLedger, ChainReader } from '@species/contracts'
import type { Platform } from '@species/flow'
import type { Endpoint } from '@species/http'
import { type Marketplace, type MarketplacePorts, createMarketplace } from '@species/marketplace'
import type { Job } from '@species/platform'
import type { SimulatedBus } from './bus.ts'
import { Life, databaseOf, ledgerOf, readerOf } from './life.ts'

/** What outlives a process: the database, the bus, the partners, the time. */
export interface Surroundings extends Omit<Platform, 'bus'>, Pick<MarketplacePorts, 'signer'> {
  readonly bus: SimulatedBus
  readonly onli: AssetLedger
  readonly chain: ChainReader
}

/** One run of the marketplace, from its start to its death. */
export interface Process {
  readonly life: Life
  readonly accept: Marketplace['accept']
  readonly jobs: ReadonlyMap<string, Job>
  readonly endpoints: readonly Endpoint[]
}

/** Starts all modules in one process, as the program does, without HTTP and without signatures of requests. */
export async function startProcess(around: Surroundings): Promise<Process> {
  const { clock, ids, log, metrics, signer } = around
  const life = new Life()
  const database = databaseOf(life, around.database)
  const bus = around.bus.portOf(life)
  const marketplace = createMarketplace(
    { database, bus, clock, ids, log, metrics },
    {
      onli: ledgerOf(life, around.onli),
      chainReaders: [readerOf(life, around.chain)],
      chainScouts: [],
      signer,
      sandbox: true,
      sandboxAddresses: {},
      twoPeople: false,
      access: {
        sealer: nothingSealed,
        verifier: nobodyVerified,
        sandboxSignIn: false,
        relyingParty: () => ({ id: 'localhost', origins: [] }),
      },
      // Without a pace: the machine's own time has no place here.
      intake: { maxBacklog: Infinity, acceptPace: undefined },
      pages: { keepsPages: true },
      webhooks: { sender: nothingSent },
    },
  )
  const { jobs } = await marketplace.start()
  const { accept, endpoints } = marketplace
  return { life, accept, jobs: new Map(jobs.map((job) => [job.name, job])), endpoints }
}

/** Only what is heard over the bus is played here: nobody signs, so nobody is verified and nothing is sealed. */
const nothingSealed = {
  seal: () => {
    throw new Error('the simulation seals nothing')
  },
  open: () => {
    throw new Error('the simulation opens nothing')
  },
}
const nothingSent = {
  refusal: () => 'the simulation sends nothing',
  send: () => Promise.reject(new Error('the simulation sends nothing')),
}
const nobodyVerified = { forget: () => undefined }
