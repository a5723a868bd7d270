import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import type { WebhooksDeps } from './app/deps.ts'
import { createWebhooks } from './module.ts'

export { createAnnounce } from './app/announce.ts'

/** What webhooks needs of the world outside. */
export type WebhookPorts = Pick<WebhooksDeps, 'sender'>

type Given = Surroundings &
  Pick<WebhooksDeps, 'presentReceipt'> & {
    readonly access: Pick<WebhooksDeps, 'sealer'>
    readonly webhooks: WebhookPorts
  }

export const webhooksModule = {
  name: 'webhooks',
  migrations: new URL('../migrations/', import.meta.url),
  create: (given: Given): Module => {
    const { ask, database } = given
    const [validator, assetManager, floorManager] = [
      ask.validator(database),
      ask.assetManager(database),
      ask.floorManager(database),
    ]
    return createWebhooks({
      ...given,
      ...given.webhooks,
      sealer: given.access.sealer,
      queries: { floorManager, marketplace: ask.marketplace(database) },
      stages: {
        validator: (eventKey) => validator.stageOf(eventKey),
        'asset-manager': (eventKey) => assetManager.stageOf(eventKey),
        'floor-manager': (eventKey) => floorManager.stageOf(eventKey),
      },
    })
  },
} satisfies ModuleDefinition
