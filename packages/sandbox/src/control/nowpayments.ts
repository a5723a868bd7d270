import { Hono } from 'hono'
import { z } from 'zod'
import type { Bindings } from '../http/answer.ts'
import { problem, readBody } from '../http/problem.ts'
import type { NowPaymentsDesk } from '../nowpayments/desk.ts'
import { paymentStatuses } from '../nowpayments/entry.ts'
import { statusOf } from '../nowpayments/shape.ts'
import type { World } from '../state/world.ts'

const changeBody = z.strictObject({
  status: z.enum(paymentStatuses).optional(),
  /** So many milliseconds from now; negative: in the past. */
  validForMs: z.int().optional(),
})

/** A look at the payments of NOWPayments and its notifications; a payment's status as told, and notifications once more. */
export function nowPaymentsControl(world: World, desk: NowPaymentsDesk): Hono<Bindings> {
  const routes = new Hono<Bindings>()
  routes.get('/', () =>
    Response.json({ payments: Array.from(world.payments.values(), statusOf), notifications: desk.sent }),
  )
  routes.post('/replay', async () => Response.json({ replayed: await desk.replay() }))
  routes.post('/:id', async (context) => {
    const payment = world.payments.get(Number(context.req.param('id')))
    if (!payment) return problem('not_found', `no payment ${context.req.param('id')}`)
    const given = await readBody(context, changeBody)
    if (!given.ok) return given.response
    const { status = payment.status, validForMs } = given.body
    const validUntil = validForMs === undefined ? payment.validUntil : world.now() + validForMs
    return Response.json(statusOf(desk.change(payment, { status, validUntil })))
  })
  return routes
}
