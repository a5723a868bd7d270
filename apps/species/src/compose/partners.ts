import { readFileSync } from 'node:fs'
import type { AssetLedger, BookPort, PayoutSender } from '@species/contracts'
import { Fault } from '@species/kernel'
import { type PartnerWatch, createFireflyBook, createOnliCloud } from '@species/providers'
import type { Clock, Logger, Metrics } from '@species/platform'
import { type Sandbox, startSandbox } from '@species/sandbox'
import type { DataDirectory } from '../processes/data-directory.ts'
import { openChains, openCustodian, sandboxKey } from './chain-partners.ts'
import { embeddedVaults } from './defaults.ts'
import { createSandboxWallet } from './sandbox-wallet.ts'
import { isLoopbackHost } from '../settings/environment.ts'
import type { Settings } from '../settings/settings.ts'

/** Where a sandbox answers, in this process or in another. */
type SandboxAddress = Pick<Sandbox, 'httpUrl' | 'grpcUrl'>

/** Whether any partner is the sandbox, here or in a process of its own: receipts then say so. */
export function needsSandbox(settings: Settings): boolean {
  return !(settings.moralis && settings.tron && settings.onli)
}

/** Whether every partner is the sandbox and only this machine can reach the process: then demo users are for anyone who sits at it. */
export function isSandboxAtHome(settings: Settings): boolean {
  const { moralis, tron, onli, firefly, host, publicUrl } = settings
  const hasRealBook = firefly !== undefined && !isLoopbackHost(new URL(firefly.url).hostname)
  return !moralis && !tron && !onli && !hasRealBook && isLoopbackHost(host) && publicUrl === undefined
}

/** The sandbox of this process, where one is needed and runs nowhere else. */
export async function openSandbox(
  settings: Settings,
  directory: DataDirectory,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<Sandbox | undefined> {
  if (!needsSandbox(settings) || settings.sandboxUrl !== undefined) return undefined
  return await startSandbox({
    httpPort: settings.sandboxPort,
    grpcPort: settings.sandboxPort === 0 ? 0 : settings.sandboxPort + 1,
    journalPath: directory.sandboxJournal,
    blockIntervalMs: 2_000,
    // One clock: a time until which an owner may consent means the same to both.
    now: () => clock.now(),
    log: (line, fields) => {
      log.debug({ ...fields }, line)
    },
  })
}

/** A sandbox that runs elsewhere: Onli Cloud is on the port after its HTTP port. */
function sandboxAt(url: string | undefined): SandboxAddress | undefined {
  if (url === undefined) return undefined
  const grpc = new URL(url)
  grpc.port = String(Number(grpc.port) + 1)
  return { httpUrl: url.replace(/\/$/, ''), grpcUrl: grpc.origin }
}

/** The production clients; where a partner is the sandbox only the address differs. */
export function openPartners(
  settings: Settings,
  own: Sandbox | undefined,
  { clock, metrics, watch }: { clock: Clock; metrics: Metrics; watch: PartnerWatch },
): ReturnType<typeof openChains> &
  ReturnType<typeof openCustodian> & {
    onli: AssetLedger
    payoutSender: PayoutSender | undefined
    book?: BookPort
  } {
  const sandbox = own ?? sandboxAt(settings.sandboxUrl)
  const stand = (prefix: string): string => {
    if (!sandbox)
      throw new Fault('no_sandbox', {
        retryable: false,
        publicMessage: 'A partner has neither settings nor a sandbox.',
      })
    return `${sandbox.httpUrl}${prefix}`
  }
  const onli = settings.onli ?? {
    url: sandbox?.grpcUrl ?? stand(''),
    appKey: sandboxKey,
    tls: undefined,
  }
  const common = { clock, metrics, watch, timeoutMs: 5_000 }
  // Where one chain is real, people send by hand.
  const isAllPlay = settings.moralis === undefined && settings.tron === undefined
  const { firefly } = settings
  return {
    payoutSender: isAllPlay && sandbox ? createSandboxWallet(sandbox.httpUrl) : undefined,
    ...(firefly ? { book: createFireflyBook({ ...common, baseUrl: firefly.url, token: firefly.token }) } : {}),
    ...openChains(settings, stand, common),
    ...openCustodian(settings, stand, common),
    onli: createOnliCloud({
      ...common,
      url: onli.url,
      appKey: onli.appKey,
      honoursIdempotencyKeys: settings.onliHonoursKeys,
      ...(onli.tls
        ? {
            tls: {
              ca: readFileSync(onli.tls.ca, 'utf8'),
              cert: readFileSync(onli.tls.cert, 'utf8'),
              key: readFileSync(onli.tls.key, 'utf8'),
            },
          }
        : {}),
    }),
  }
}

/** The market's own vaults exist before anything is sold from them: who delivers makes them first. */
export async function makeMarketVaults(onli: AssetLedger): Promise<void> {
  const wanted = [embeddedVaults.escrowVault, embeddedVaults.poolVault].map((vault) => ({
    vault,
    owner: 'market',
    preAuthorised: true,
  }))
  const outcomes = await onli.createVaults(wanted)
  const failed = outcomes.find((outcome) => outcome.kind !== 'yes')
  if (failed)
    throw new Fault('no_market_vaults', {
      retryable: true,
      publicMessage: `Onli Cloud did not make the market's vaults (${failed.kind}). Start again when it answers.`,
    })
}
