import type { MarketplacePorts } from '@species/marketplace'
import { createMoralisStream } from '@species/providers'
import { systemPace } from '@species/platform'
import type { Health } from '../operations/health.ts'
import type { Settings } from '../settings/settings.ts'
import { sandboxAddressesOnRealChains } from './defaults.ts'
import { needsSandbox, type openPartners } from './partners.ts'

/** Above this much unfinished work new events are refused with 503. */
const maxBacklog = 4_000
/** New events that arrive within this time are stored together. */
const acceptPaceMs = 3

/** What the marketplace needs of the world, from the settings and from what was opened by them. */
export function portsOf(
  settings: Settings,
  opened: Pick<MarketplacePorts, 'signer' | 'access' | 'pages' | 'webhooks'> & {
    readonly partners: ReturnType<typeof openPartners>
    readonly health: Health
  },
): MarketplacePorts {
  const { partners, signer, access, pages, webhooks, health } = opened
  const { chainLines, ...others } = partners
  return {
    ...others,
    // Payments that wait for their proof and lists of what came in take turns.
    chainReaders: chainLines.map((line) => line.inLane('payments')),
    chainScouts: chainLines.map((line) => line.inLane('lists')),
    ...(settings.moralisWebhookSecret ? { chainHints: createMoralisStream(settings.moralisWebhookSecret) } : {}),
    signer,
    sandbox: needsSandbox(settings),
    sandboxAddresses: sandboxAddressesOnRealChains(settings),
    access: { ...access, domain: new URL(settings.publicUrl ?? 'http://localhost').host },
    intake: { maxBacklog, acceptPace: systemPace(acceptPaceMs), health },
    twoPeople: settings.twoPeople,
    pages,
    webhooks,
    asksAtOnce: true,
  }
}
