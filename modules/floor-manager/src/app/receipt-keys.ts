import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { Sql } from '@species/database'
import { type StoredKey, distrustKey, lockKeys, makeKey, readKeys } from '../adapters/signing-keys.ts'
import type { FloorManagerDeps } from './deps.ts'

/**
 * Ms between making a key and signing with it. By then every process has read it, and so has everyone who keeps the published key set
 * for its five minutes.
 */
export const usualLeadMs = 600_000
const leastLeadMs = 30_000
const mostLeadMs = 604_800_000

/** Seconds until a new key signs. */
export const leadSecondsSchema = z
  .int()
  .min(leastLeadMs / 1_000)
  .max(mostLeadMs / 1_000)

type KeysDeps = Pick<FloorManagerDeps, 'clock' | 'sealer' | 'sandbox' | 'signer'>

const rotationSchema = z.strictObject({ activeInSeconds: leadSecondsSchema })

/** Makes a key that signs receipts from a later moment on. What older keys have signed stays as it is. */
export function rotatingKeys(deps: KeysDeps): TwoPersonAction<z.infer<typeof rotationSchema>> {
  return {
    kind: 'receipt-key.rotate',
    schema: rotationSchema,
    role: 'admin',
    target: () => 'receipt-keys',
    inWords: (_tx, { activeInSeconds }) => `sign receipts with a new key, ${activeInSeconds} s after this is approved`,
    version: async (tx) => kidsOf(await lockedKeys(tx)),
    async run(tx, { activeInSeconds }, { actor }) {
      const made = await makeKey(tx, deps, { activeFromMs: deps.clock.now() + activeInSeconds * 1_000, madeBy: actor })
      const answer = { kid: made.kid, activeFrom: toTimestamp(made.activeFromMs) }
      return { answer, after: answer, afterCommit: () => deps.signer.refresh() }
    },
  }
}

const distrustSchema = z.strictObject({ kid: z.string() })

/** Takes a key out of use because others may know its private half. */
export function distrustingKey(deps: KeysDeps): TwoPersonAction<z.infer<typeof distrustSchema>> {
  return {
    kind: 'receipt-key.distrust',
    schema: distrustSchema,
    role: 'admin',
    target: ({ kid }) => kid,
    inWords: (_tx, { kid }) =>
      `distrust the key ${kid}: what it signed is worth nothing, and is shown under another key`,
    async version(tx, { kid }) {
      const keys = await lockedKeys(tx)
      requireDistrustable(keys, kid, deps.clock.now())
      return kidsOf(keys)
    },
    async run(tx, { kid }, { actor }) {
      const atMs = deps.clock.now()
      await distrustKey(tx, kid, { atMs, by: actor })
      const answer = { kid, distrustedAt: toTimestamp(atMs) }
      return { answer, after: answer, afterCommit: () => deps.signer.refresh() }
    },
  }
}

async function lockedKeys(tx: Sql): Promise<StoredKey[]> {
  await lockKeys(tx)
  return await readKeys(tx)
}

/** Changes with each key that is made or distrusted, so that a proposal is void after either. */
const kidsOf = (keys: readonly StoredKey[]): string =>
  keys.map(({ kid, distrustedAtMs }) => (distrustedAtMs === undefined ? kid : `${kid}!`)).join(' ')

function requireDistrustable(keys: readonly StoredKey[], kid: string, nowMs: number): void {
  const found = keys.find((one) => one.kid === kid)
  if (!found)
    throw new Problem('not_found', `No key of receipts has the id ${kid}. \`species receipt-key list\` shows them.`)
  if (found.distrustedAtMs !== undefined) throw new Problem('already_exists', `The key ${kid} is distrusted already.`)
  const others = keys.filter((one) => one !== found && one.distrustedAtMs === undefined && one.activeFromMs <= nowMs)
  if (others.length > 0) return
  throw new Problem(
    'invalid_request',
    `No other key signs yet. First make one with \`species receipt-key rotate --active-in ${leastLeadMs / 1_000}\`, and distrust ${kid} when it is active.`,
  )
}
