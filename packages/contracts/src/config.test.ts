import { expect, test } from 'vitest'
import { marketplaceConfigSchema, storedForm } from './config.ts'

const chain = { enabled: false, depositAddresses: [], confirmations: 12 }
/** A configuration as it was stored before any field had a default. */
const old = {
  trading: 'on',
  treasuryPrice: '1',
  redeemPrice: '1',
  feeBasisPoints: { buyTreasury: 0, buyMarket: 0, sell: 0, redeem: 0 },
  chains: { ETH: chain, BSC: chain, POLYGON: chain, TRON: chain },
  recheckMultiples: [],
  deadlines: { paymentMs: 1_000, paymentWatchMs: 1_000, consentMs: 1_000, unknownMs: 1_000, eventMs: 1_000 },
  listing: { defaultLifeMs: 1_000, maxLifeMs: 1_000 },
  vaults: { escrow: 'vault-escrow', liquidityPool: 'vault-pool' },
}

test('a configuration without the newer fields is read, and stored again without them: the version before can read it', () => {
  const config = marketplaceConfigSchema.parse(old)
  expect(config.deadlines.redeemConsentMs).toBe(300_000)
  expect(storedForm(config)).toEqual(old)
})

test('a field that was set is stored, and what is stored means the same', () => {
  const config = marketplaceConfigSchema.parse({ ...old, listing: { ...old.listing, minUnits: 5 } })
  expect(storedForm(config)).toEqual({ ...old, listing: { ...old.listing, minUnits: 5 } })
  expect(marketplaceConfigSchema.parse(storedForm(config))).toEqual(config)
})
