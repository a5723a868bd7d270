import { Hono } from 'hono'
import { z } from 'zod'
import type { Bindings } from '../http/answer.ts'
import { problem, readBody } from '../http/problem.ts'
import type { Vault } from '../onli/book.ts'
import type { OnliDesk } from '../onli/desk.ts'
import type { Operation } from '../onli/entry.ts'
import { consentModes } from '../onli/entry.ts'
import type { World } from '../state/world.ts'

const vaultName = z.string().min(1).max(256)
const units = z
  .union([z.int(), z.string().regex(/^-?[0-9]{1,18}$/, 'a whole number of units')])
  .transform((value) => BigInt(value))
const vaultBody = z.strictObject({
  vault: vaultName,
  owner: z.string().optional(),
  preAuthorised: z.boolean().optional(),
  amount: units.optional(),
})
const consentBody = z.strictObject({ mode: z.enum(consentModes), vault: vaultName.optional() })
const decideBody = z
  .strictObject({
    operationId: z.string().min(1).optional(),
    idempotencyKey: z.string().min(1).optional(),
    answer: z.enum(['grant', 'refuse']),
  })
  .refine(
    (body) => (body.operationId === undefined) !== (body.idempotencyKey === undefined),
    'give either operationId or idempotencyKey',
  )
const onliBody = z.strictObject({ honoursIdempotencyKeys: z.boolean() })

/** Orders to the simulated Onli Cloud and its vaults' owners, and a look into its books. */
export function onliControl(world: World, desk: OnliDesk): Hono<Bindings> {
  const routes = new Hono<Bindings>()

  routes.get('/vaults', () => Response.json({ vaults: Array.from(world.onli.vaults(), shownVault) }))
  routes.post('/vaults', async (context) => {
    const given = await readBody(context, vaultBody)
    if (!given.ok) return given.response
    const { amount = 0n, ...wanted } = given.body
    if (!desk.putUnits(wanted, amount)) return problem('conflict', `vault ${wanted.vault} has fewer units than that`)
    const vault = world.onli.vault(wanted.vault)
    return vault === undefined
      ? Response.json({ vault: wanted.vault })
      : Response.json(shownVault(vault), { status: 201 })
  })

  routes.get('/operations', (context) => {
    const key = context.req.query('idempotencyKey')
    const all = Array.from(world.onli.operations(), (op) => desk.current(op))
    world.commit() // looking may have ended consents that ran out
    return Response.json({ operations: all.filter((op) => key === undefined || op.key === key).map(shownOperation) })
  })

  routes.post('/consent', async (context) => {
    const given = await readBody(context, consentBody)
    if (!given.ok) return given.response
    const { vault, mode } = given.body
    if (vault !== undefined && world.onli.vault(vault) === undefined) return problem('not_found', `no vault ${vault}`)
    world.record({ t: 'consent', vault, mode })
    world.commit()
    return Response.json({ vault: vault ?? null, mode })
  })
  routes.post('/consent/decide', async (context) => {
    const given = await readBody(context, decideBody)
    if (!given.ok) return given.response
    const { operationId = '', idempotencyKey = '', answer } = given.body
    const decided = desk.decideConsent({ id: operationId, key: idempotencyKey }, answer === 'grant')
    if (decided.is === 'unknown') return problem('not_found', `no operation ${operationId}${idempotencyKey}`)
    if (decided.is === 'not_waiting')
      return problem('conflict', `operation ${decided.op.id} is ${decided.op.status}, it does not wait for consent`)
    return Response.json(shownOperation(decided.op))
  })

  routes.post('/onli', async (context) => {
    const given = await readBody(context, onliBody)
    if (!given.ok) return given.response
    world.record({ t: 'honours', value: given.body.honoursIdempotencyKeys })
    world.commit()
    return Response.json(given.body)
  })
  return routes
}

function shownVault(vault: Readonly<Vault>): object {
  return { ...vault, amount: vault.amount.toString(), consent: vault.consent ?? null }
}

function shownOperation(op: Operation): object {
  return { ...op, idempotencyKey: op.key }
}
