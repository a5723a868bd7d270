import type { Module } from '@species/flow'
import { getPublicConfig } from './http/get-public-config.ts'
import { getVersion } from './http/get-version.ts'
import type { ConfigDeps } from './app/deps.ts'
import { getConfig, getVersions } from './http/operate.ts'
import { putConfig } from './http/put-config.ts'

/** config: the marketplace's configuration, versioned and audited. */
export function createConfig(deps: ConfigDeps): Module {
  return {
    name: 'config',
    consumers: [],
    endpoints: [getConfig(deps), putConfig(deps), getVersions(deps), getVersion(deps), getPublicConfig(deps)],
    jobs: [],
  }
}
