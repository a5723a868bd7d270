import { expect, test } from 'vitest'
import { readSettings } from '../settings/settings.ts'
import { isSandboxAtHome } from './partners.ts'

test.each([
  ['nothing is set', {}, true],
  ['it listens on IPv6 loopback', { SPECIES_HOST: '::1' }, true],
  ['it has a public address', { SPECIES_PUBLIC_URL: 'http://market.example' }, false],
  ['others can reach it', { SPECIES_HOST: '0.0.0.0' }, false],
  ['one partner is real', { TRON_API_KEY: 'k', SPECIES_ALLOW_SANDBOX: '1' }, false],
])('demo users are for anyone at this machine where %s: %s', (_name, environment, isIt) => {
  expect(isSandboxAtHome(readSettings(environment))).toBe(isIt)
})
