import { randomBytes } from 'node:crypto'
import type { Hono } from 'hono'
import { chainProfiles } from '../chains/profile.ts'
import { buildTransaction } from '../chains/transfer.ts'
import { tronBase58 } from '../chains/address.ts'
import type { Bindings } from '../http/answer.ts'
import type { World } from '../state/world.ts'
import type { Payment } from './entry.ts'
import { payAddress } from './shape.ts'

/** Parts of what is due, in percent, by the button that pays them. */
const buttons: Readonly<Record<string, bigint>> = { exact: 100n, short: 50n, excess: 150n }

/** A page of a payment, on which it can be paid: a person's wallet in one button. */
export function payPage(routes: Hono<Bindings>, world: World): void {
  routes.get('/pay/:id', (context) => {
    const payment = world.payments.get(Number(context.req.param('id')))
    if (!payment) return context.text('There is no such payment.', 404)
    context.header('content-security-policy', "default-src 'none'; form-action 'self'")
    return context.html(pageOf(payment))
  })
  routes.post('/pay/:id', async (context) => {
    const payment = world.payments.get(Number(context.req.param('id')))
    const { how } = await context.req.parseBody()
    const percent = typeof how === 'string' ? buttons[how] : undefined
    // A page of another origin must not pay.
    const origin = context.req.header('origin')
    const isOwn = origin === undefined || origin === new URL(context.req.url).origin
    if (!payment || percent === undefined || !isOwn) return context.text('There is nothing to pay.', 400)
    pay(world, payment, percent)
    return context.redirect(`./${String(payment.id)}`, 303)
  })
}

function pay(world: World, payment: Payment, percent: bigint): void {
  const profile = chainProfiles[payment.chain]
  const due = BigInt(Math.round(payment.amount * 1e6)) * 10n ** BigInt(profile.usdtDecimals - 6)
  const account = randomBytes(20).toString('hex')
  const from = payment.chain === 'TRON' ? tronBase58(account) : `0x${account}`
  const wish = { token: 'USDT', from, to: payAddress(payment), baseUnits: ((due * percent) / 100n).toString() }
  const built = buildTransaction(profile, [wish], true, randomBytes(32))
  if (!built.ok) throw new Error(built.detail)
  const at = world.now()
  world.record({ t: 'chain', chain: payment.chain, change: { k: 'tx', at, time: at, tx: built.tx } })
  world.commit()
}

function pageOf(payment: Payment): string {
  const { id, status, amount, chain } = payment
  const forms = Object.entries(buttons)
    .map(
      ([how, percent]) =>
        `<form method="post"><input type="hidden" name="how" value="${how}"><button>Pay ${String(percent)} %</button></form>`,
    )
    .join('')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Payment ${String(id)}</title>
<h1>Payment ${String(id)}</h1><p>${String(amount)} USDT on ${chain} to <code>${payAddress(payment)}</code></p><p>Status: ${status}</p>${forms}</html>`
}
