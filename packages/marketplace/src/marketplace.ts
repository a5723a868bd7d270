import {
  type Access,
  type ConfirmOperator,
  createConfirm,
  createConfirmOperator,
  createSecondPerson,
  createStandingDirectory,
} from '@species/authenticator'
import {
  createAgentGate,
  createLedgerPort,
  estimateOf,
  payingAccounts,
  withinLimits,
  withinMandate,
} from '@species/cashier'
import { classifierVersion, classify } from '@species/classifier'
import { createConfigReader } from '@species/config'
import {
  type AssetLedger,
  type BookPort,
  type Chain,
  type ChainHints,
  type ChainPort,
  type ChainReader,
  type ChainStreams,
  type CustodianPort,
  type CustodyHints,
  type ModuleName,
  type ModuleQueries,
  type PayoutSender,
  chains,
} from '@species/contracts'
import { createWatch } from '@species/deposits'
import { type ReceiptSigner, createReceiptPresenter } from '@species/floor-manager'
import { type Module, type Platform, type Surroundings, answersOver, createRetentionClock } from '@species/flow'
import type { Endpoint } from '@species/http'
import type { Intake, MarketplaceApi, PreviewRules } from '@species/marketplace-api'
import { createMatchPreview, createUnitHolds } from '@species/matching'
import { createHaltPayouts, createProceedsPort } from '@species/payouts'
import type { Job } from '@species/platform'
import type { Pages } from '@species/reporter'
import { type WebhookPorts, createAnnounce } from '@species/webhooks'
import { createClaims } from '@species/validator'
import { createQuotesPort } from '@species/quotes'
import { ask, modules } from './modules.ts'

/** What the marketplace needs of the world outside; the program, the benchmark and the simulation each bring their own. */
export interface MarketplacePorts {
  readonly onli: AssetLedger
  readonly chainReaders: readonly ChainReader[]
  /** They list what came in on chains. A chain without one is not watched. */
  readonly chainScouts: readonly ChainPort[]
  /** Reads the webhooks of the partner that says what came in; absent where it has no secret. */
  readonly chainHints?: ChainHints
  /** Where that partner is told which addresses to watch; absent where it cannot call us. */
  readonly chainStreams?: ChainStreams
  /** Takes payments for us; absent where none is set up. */
  readonly custodian?: CustodianPort
  readonly custodyHints?: CustodyHints
  readonly signer: ReceiptSigner
  /** Whether any partner is the sandbox: receipts say so. */
  readonly sandbox: boolean
  /** The sandbox's addresses on the chains that are real here: what is paid there is lost. */
  readonly sandboxAddresses: Parameters<(typeof modules.config)['create']>[0]['sandboxAddresses']
  readonly access: Access
  /** Whether what takes two people takes two: true wherever money is real. */
  readonly twoPeople: boolean
  readonly intake: Intake
  readonly pages: Pages
  readonly webhooks: WebhookPorts
  /** Sends payouts in the sandbox; absent where operators send them by hand. */
  readonly payoutSender?: PayoutSender | undefined
  /** The operator's book; absent where none is kept. */
  readonly book?: BookPort
  /** Set where chains are asked as soon as a payment comes in; absent where time is played, and only the job asks. */
  readonly asksAtOnce?: true
}

/** All modules, made and not yet started. */
export interface Marketplace {
  readonly endpoints: readonly Endpoint[]
  readonly accept: MarketplaceApi['accept']
  /** Checks that an operator has confirmed what they change. */
  readonly confirmOperator: ConfirmOperator
  /** The modules' answers over the primary. */
  readonly queries: ModuleQueries
  /** Starts the bus with the modules that this process works on: all, unless `wanted` names some. */
  start(wanted?: readonly ModuleName[]): Promise<Running>
}

/** The modules at work in this process. */
export interface Running {
  readonly jobs: readonly Job[]
  /** For the end, when no job runs any more. */
  stop(): Promise<void>
}

/** Makes every module of the list, on this platform and with these ports. The one place where modules are wired to each other. */
export function createMarketplace(platform: Platform, ports: MarketplacePorts): Marketplace {
  const { database, bus, clock } = platform
  const standings = createStandingDirectory()
  const surroundings: Surroundings = {
    ...platform,
    config: createConfigReader({ queries: ask.config(database), bus, clock }),
    ask,
    standings,
    retention: createRetentionClock(platform),
    announce: createAnnounce(platform),
    ledger: createLedgerPort(clock),
    claims: createClaims(ask.config),
    confirm: createConfirm({
      ...ports.access,
      clock,
      sandboxChains: sandboxChains(ports),
      takesSecondKeys: sandboxChains(ports).length === chains.length,
    }),
    watch: createWatch(clock),
    haltPayouts: createHaltPayouts(clock),
    secondPerson: createSecondPerson({ ...platform, twoPeople: ports.twoPeople }),
  }
  const match = createMatchPreview({ ...platform, authenticator: standings })
  const unitHolds = createUnitHolds({ ...platform, authenticator: standings })
  const given = {
    ...surroundings,
    ...ports,
    classifierVersion,
    playChains: sandboxChains(ports),
    preview: {
      classify,
      match,
      estimate: estimateOf,
      withinLimits,
      withinMandate,
      payingAccounts: (event, dueMicro) => payingAccounts(ask.cashier(database), event, dueMicro),
    } satisfies PreviewRules & { withinLimits: typeof withinLimits; withinMandate: typeof withinMandate },
    unitHolds,
    agentGate: createAgentGate({ ...platform, authenticator: ask.authenticator }),
    proceeds: createProceedsPort({ ...surroundings, latestConfig: ask.config, cashier: ask.cashier }),
    quotes: createQuotesPort({ ...surroundings, unitHolds }),
    presentReceipt: createReceiptPresenter(ports.signer),
  }
  const made = Object.fromEntries(
    Object.entries(modules).map(([name, module]) => [name, module.create(given)]),
  ) as unknown as Made
  const all: readonly Module[] = Object.values(made)
  return {
    endpoints: all.flatMap((module) => module.endpoints),
    accept: made.marketplace.accept,
    confirmOperator: createConfirmOperator(database, surroundings.confirm),
    queries: answersOver(ask, database),
    start: (wanted) => start(platform, all, wanted),
  }
}

/** The chains that the sandbox plays. */
function sandboxChains({ sandbox, sandboxAddresses }: MarketplacePorts): Chain[] {
  return sandbox ? chains.filter((chain) => (sandboxAddresses[chain] ?? []).length === 0) : []
}

type Made = { readonly [M in keyof typeof modules]: ReturnType<(typeof modules)[M]['create']> }

/** Subscribes and starts the modules of this process, and declares what the others wait for. */
async function start(
  { bus }: Platform,
  all: readonly Module[],
  wanted: readonly ModuleName[] | undefined,
): Promise<Running> {
  const working = all.filter((module) => wanted?.includes(module.name) ?? true)
  for (const module of all)
    for (const one of module.consumers) {
      if (working.includes(module)) bus.subscribe(one)
      else bus.declare(one)
    }
  for (const module of working) await module.start?.()
  await bus.start()
  return {
    jobs: working.flatMap((module) => module.jobs),
    async stop() {
      for (const module of working) await module.stop?.()
    },
  }
}
