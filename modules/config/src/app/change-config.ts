import { type MarketplaceConfig, type ReadableConfig, marketplaceConfigSchema } from '@species/contracts'
import { about } from '@species/bus'
import type { Sql } from '@species/database'
import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { z } from 'zod'
import { appendVersion, configQueries } from '../adapters/version-rows.ts'
import { type ConfigChange, changesBetween, changesInWords, isHalt } from '../domain/changes.ts'
import type { ConfigDeps } from './deps.ts'

const bodySchema = z.strictObject({ previous: z.number().int().nonnegative(), config: marketplaceConfigSchema })

/** A whole configuration to take the place of the version `previous`. */
export type ConfigReplacement = z.infer<typeof bodySchema>

/**
 * Changing the configuration. It takes two people, except what only halts something. The version that it replaces must be the newest when
 * it is done: a halt in between voids what was proposed.
 */
export function changingConfig({ bus, clock }: ConfigDeps): TwoPersonAction<ConfigReplacement> {
  return {
    kind: 'config.change',
    role: 'admin',
    schema: bodySchema,
    target: () => 'config',
    async inWords(tx, body) {
      const changes = changesBetween((await configQueries(tx).lastReadable()).config, body.config)
      return `replace version ${body.previous} of the configuration:\n${changesInWords(changes)}`
    },
    async version(tx, { previous, config }) {
      const before = await configQueries(tx).lastReadable()
      if (before.newest !== previous) throw notTheNewest(previous, before)
      // The vaults stay those of the first version, so those of any version that can be read are the newest's, too.
      if (!areSameVaults(before.config.vaults, config.vaults))
        throw new Problem(
          'vaults_fixed',
          'Units of listings and of the pool are in the vaults as they are. Send `vaults` as you read them.',
        )
      return String(previous)
    },
    async needsTwo(tx, { config }) {
      const changes = await changesFromNewest(tx, config)
      return changes === undefined || !isHalt(changes)
    },
    delayMs: (tx) => delayIn(tx),
    async run(tx, { previous, config }, { actor, reason, trace }) {
      const changes = await changesFromNewest(tx, config)
      const nowMs = clock.now()
      if (!(await appendVersion(tx, previous, { config, changedBy: actor, reason, nowMs })))
        throw notTheNewest(previous, await configQueries(tx).lastReadable())
      const version = previous + 1
      return {
        answer: { version, config },
        before: { version: previous },
        after: { version, ...(changes === undefined ? {} : { changes }) },
        afterCommit: async () => {
          await bus.publish([
            about('config.changed', { trace }, { key: `config-${version}`, partitionKey: 'config' }, { version }),
          ])
        },
      }
    },
  }
}

async function delayIn(tx: Sql): Promise<number> {
  return (await configQueries(tx).lastReadable()).config.changeDelayMs
}

/** What would change. Undefined: this program cannot read the newest version, so it cannot know. */
async function changesFromNewest(tx: Sql, config: MarketplaceConfig): Promise<ConfigChange[] | undefined> {
  const before = await configQueries(tx).lastReadable()
  return before.version === before.newest ? changesBetween(before.config, config) : undefined
}

function notTheNewest(previous: number, { version, newest }: ReadableConfig): Problem {
  const said = `Version ${previous} is not the newest.`
  const next =
    newest === version
      ? 'Read the configuration again and repeat your change on it.'
      : `Version ${newest} is, and this process is too old to read it. Change it where the newer program runs. To replace it by what you send, whatever it says, send \`If-Match: "${newest}"\`.`
  return new Problem('precondition_failed', `${said} ${next}`)
}

type Vaults = MarketplaceConfig['vaults']
function areSameVaults(one: Vaults, other: Vaults): boolean {
  return one.escrow === other.escrow && one.liquidityPool === other.liquidityPool
}
