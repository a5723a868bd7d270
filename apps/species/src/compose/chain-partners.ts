import type { ChainStreams, CustodianPort, CustodyHints } from '@species/contracts'
import {
  type ChainLine,
  type PartnerWatch,
  createMoralisChainReader,
  createMoralisStreams,
  createNowPayments,
  createNowPaymentsIpn,
  createTronChainReader,
} from '@species/providers'
import { type Clock, type Metrics, Secret } from '@species/platform'
import type { Settings } from '../settings/settings.ts'

/** What every client is given. */
export interface Around {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly watch: PartnerWatch
  readonly timeoutMs: number
}

export const sandboxKey = new Secret('sandbox')
const usualStreamsUrl = 'https://api.moralis-streams.com'

/** The partners through which chains are read. `stand` is the address of one in the sandbox. */
export function openChains(
  settings: Settings,
  stand: (prefix: string) => string,
  around: Around,
): { chainLines: ChainLine[]; chainStreams?: ChainStreams } {
  const moralis = settings.moralis ?? { url: stand('/moralis'), apiKey: sandboxKey, perSecond: undefined }
  const tron = settings.tron ?? { url: stand('/tron'), apiKey: sandboxKey, perSecond: undefined }
  const { perSecond, apiKey = sandboxKey } = moralis
  const webhookUrl = moralisWebhookUrl(settings)
  const streamsUrl = (): string =>
    settings.moralisStreamsUrl ?? (settings.moralis ? usualStreamsUrl : stand('/streams'))
  return {
    ...(webhookUrl === undefined
      ? {}
      : { chainStreams: createMoralisStreams({ ...around, baseUrl: streamsUrl(), apiKey, webhookUrl }) }),
    chainLines: [
      createMoralisChainReader({ ...around, baseUrl: moralis.url, apiKey, perSecond }),
      createTronChainReader({
        ...around,
        baseUrl: tron.url,
        ...(tron.apiKey ? { apiKey: tron.apiKey } : {}),
        perSecond: tron.perSecond,
      }),
    ],
  }
}

/** Who takes payments for us: the real one, or that of the sandbox where every chain is played. */
export function openCustodian(
  settings: Settings,
  stand: (prefix: string) => string,
  around: Around,
): { custodian?: CustodianPort; custodyHints?: CustodyHints } {
  const isAllPlay = settings.moralis === undefined && settings.tron === undefined
  const played = (): NonNullable<Settings['nowPayments']> => ({
    url: stand('/nowpayments/v1'),
    apiKey: sandboxKey,
    ipnSecret: sandboxKey,
  })
  const chosen = settings.nowPayments ?? (isAllPlay ? played() : undefined)
  if (!chosen) return {}
  const base = callableUrl(settings, settings.nowPayments !== undefined)
  const ipnUrl = base === undefined ? undefined : `${base}/webhooks/nowpayments`
  return {
    custodian: createNowPayments({ ...around, baseUrl: chosen.url, apiKey: chosen.apiKey, ipnUrl }),
    custodyHints: createNowPaymentsIpn(chosen.ipnSecret),
  }
}

/** Where Moralis can call us; undefined where it cannot, or where we could not tell its deliveries from forged ones. */
function moralisWebhookUrl({ moralis, moralisWebhookSecret, ...settings }: Settings): string | undefined {
  const base = callableUrl(settings, moralis !== undefined)
  return moralisWebhookSecret === undefined || base === undefined ? undefined : `${base}/webhooks/moralis`
}

/** Where a partner can call this process; the sandbox on this machine needs no public address. */
function callableUrl({ publicUrl, port }: Pick<Settings, 'publicUrl' | 'port'>, isReal: boolean): string | undefined {
  return publicUrl ?? (isReal || port === 0 ? undefined : `http://localhost:${port}`)
}
