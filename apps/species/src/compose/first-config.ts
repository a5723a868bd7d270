import { defaultConfig, ensureFirstVersion } from '@species/config'
import { chains } from '@species/contracts'
import type { Platform } from '@species/flow'
import type { Settings } from '../settings/settings.ts'
import { embeddedVaults, firstDepositAddresses, firstQuoteAddresses, sandboxPayouts } from './defaults.ts'
import { needsSandbox } from './partners.ts'

/** The first configuration. On real chains we cannot know where to pay, so that one is closed; says so once. */
export async function makeFirstConfig(settings: Settings, { database, clock, log }: Platform): Promise<void> {
  const config = defaultConfig({
    depositAddresses: firstDepositAddresses(settings),
    quoteAddresses: firstQuoteAddresses(settings),
    ...embeddedVaults,
    ...(needsSandbox(settings) ? { walletTransferMs: 0, changeDelayMs: 0, payouts: sandboxPayouts(settings) } : {}),
  })
  const isMade = await ensureFirstVersion(database, config, clock)
  const closed = chains.filter((chain) => !config.chains[chain].enabled)
  if (isMade && closed.length > 0)
    log.warn(
      { closed },
      `No payment is taken on ${closed.join(', ')}${config.trading === 'off' ? ', and trading is off' : ''}: name your deposit addresses, enable the chains and turn trading on with PUT /admin/v1/config.`,
    )
}
