import { no, unknown, yes } from '@species/kernel'
import type { PayoutOrder } from '@species/contracts'
import fc from 'fast-check'
import { hashOf, paid } from '../test-books.ts'
import { alan, grace, mine, order } from './test-world.ts'
import type { Play } from './test-world.ts'
import type { Mortal } from './mortal-database.ts'

/** What happens next: to the payout with this number, and where the process dies meanwhile, if it does. */
export interface Step {
  readonly what: (typeof steps)[number]
  readonly which: number
  readonly dieAt: number | undefined
}

const steps = [
  'request',
  'approve',
  'approve by another',
  'send',
  'send twice at once',
  'send, and the partner does not answer',
  'send, and the partner acts and does not answer',
  'send, and the partner says no',
  'cancel',
  'refuse',
  'pay by hand',
  'name the transaction',
  'name another transaction',
  'say that it failed',
  'reorganise',
  'mine again',
  'replace',
  'follow',
  'wait an hour',
] as const

export const history: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...steps),
    which: fc.nat(3),
    dieAt: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined, freq: 2 }),
  }),
  { minLength: 8, maxLength: 30 },
)

/** A transaction that really left a wallet of ours, and for which payout. */
interface Left {
  readonly hash: string
  readonly payoutId: string
  readonly amountMicro: bigint
  status: 'mined' | 'dropped' | 'replaced'
}

/** What is true outside: the wallet, the chain, and what the partner was asked for. */
export class Outside {
  readonly left: Left[] = []
  readonly sends = new Map<string, number>()
  #hashes = 0
  readonly #play: Play

  constructor(play: Play) {
    this.#play = play
  }

  pay(payoutId: string, amountMicro: bigint): string {
    const n = ++this.#hashes
    this.left.push({ hash: hashOf(n), payoutId, amountMicro, status: 'mined' })
    this.#play.world.chain.set(hashOf(n), paid(n, { ...order, amountMicro }))
    return hashOf(n)
  }

  /** What stands on the chain, or may stand there again. */
  standing(payoutId?: string): Left[] {
    return this.left.filter((one) => one.status !== 'replaced' && (payoutId ?? one.payoutId) === one.payoutId)
  }

  drop(one: Left): void {
    one.status = 'dropped'
    this.#play.world.chain.delete(one.hash)
  }

  mine(one: Left): void {
    one.status = 'mined'
    this.#play.world.chain.set(one.hash, paid(Number(BigInt(one.hash)), { ...order, amountMicro: one.amountMicro }))
  }
}

interface Row {
  readonly payout_id: string
  readonly state: string
  readonly amount_micro: bigint
}

/** Plays a step; what the process answers does not matter, only what is true afterwards. */
export async function take(play: Play, outside: Outside, mortal: Mortal, { what, which, dieAt }: Step): Promise<void> {
  const rows = await payoutRows(play)
  const row = rows[which % Math.max(1, rows.length)]
  mortal.dieAt(dieAt)
  await act(play, outside, mortal, what, row).catch(() => undefined)
  await mortal.restart()
  play.world.sender = undefined
}

export async function payoutRows(play: Play): Promise<Row[]> {
  return await play.database.query<Row>(
    'SELECT payout_id, state, amount_micro FROM payouts.payouts ORDER BY requested_at, payout_id',
  )
}

async function act(
  play: Play,
  outside: Outside,
  mortal: Mortal,
  what: Step['what'],
  row: Row | undefined,
): Promise<void> {
  if (what === 'request') {
    await play.request(`${2 + (outside.left.length % 2)}`)
    return
  }
  if (what === 'follow' || what === 'wait an hour') {
    await play.world.follow(what === 'follow' ? 300_000 : 3_600_000)
    return
  }
  if (!row) return
  const { payout_id: payoutId, amount_micro: amountMicro } = row
  const [own] = outside.standing(payoutId)
  switch (what) {
    case 'approve':
      await play.approve(payoutId)
      return
    case 'approve by another':
      await play.approve(payoutId, alan)
      return
    case 'cancel':
      await play.world.ask('POST', `/marketplace/v1/payouts/${payoutId}/cancel`)
      return
    case 'refuse':
      await play.act(payoutId, 'refuse', { reason: 'an operator' })
      return
    case 'pay by hand':
      // A careful person: once, and only what was begun.
      if (!own && !outside.sends.has(payoutId) && (row.state === 'sending' || row.state === 'review'))
        outside.pay(payoutId, amountMicro)
      return
    case 'name the transaction':
      if (own) await play.act(payoutId, 'hash', { hash: own.hash })
      return
    case 'name another transaction': {
      const other = outside.left.find((one) => one.payoutId !== payoutId)
      await play.act(payoutId, 'hash', { hash: other?.hash ?? hashOf(999) })
      return
    }
    case 'reorganise':
      if (own?.status === 'mined') outside.drop(own)
      return
    case 'mine again':
      if (own?.status === 'dropped') outside.mine(own)
      return
    case 'replace':
      if (own?.status !== 'dropped') return
      own.status = 'replaced'
      await play.act(payoutId, 'hash', { hash: outside.pay(payoutId, amountMicro) })
      return
    case 'say that it failed':
      if (own || outside.sends.has(payoutId)) return
      for (const by of [grace, alan]) await play.act(payoutId, 'fail', { reason: 'nothing was sent' }, by)
      return
    case 'send':
    case 'send twice at once':
    case 'send, and the partner does not answer':
    case 'send, and the partner acts and does not answer':
    case 'send, and the partner says no':
      await send(play, outside, mortal, what, payoutId)
  }
}

/** Sends by hand, or by a partner of a certain mood. */
async function send(play: Play, outside: Outside, mortal: Mortal, how: Step['what'], payoutId: string): Promise<void> {
  const partner = async ({ key, amountMicro }: PayoutOrder) => {
    outside.sends.set(key, (outside.sends.get(key) ?? 0) + 1)
    mortal.point()
    if (how === 'send, and the partner says no') return no('address_refused', 'it is closed')
    if (how === 'send, and the partner does not answer') return unknown('a time-out')
    const hash = outside.pay(key, amountMicro)
    mortal.point()
    if (how === 'send, and the partner acts and does not answer') throw new Error('the connection was reset')
    return yes({ hash })
  }
  if (how !== 'send') play.world.sender = partner
  const times = how === 'send twice at once' ? [grace, alan] : [grace]
  await Promise.all(times.map((by) => play.act(payoutId, 'send', {}, by)))
}

/** What must be true of what is committed, whatever happened. Answers with what is not. */
export async function broken(play: Play, outside: Outside): Promise<string[]> {
  const rows = await payoutRows(play)
  const sum = (states: readonly string[]): bigint =>
    rows.filter(({ state }) => states.includes(state)).reduce((total, one) => total + one.amount_micro, 0n)
  const balances = await play.database.query<{ account: string; posted: bigint; held: bigint }>(
    'SELECT account, posted, held FROM test.balances',
  )
  const total = (of: 'posted' | 'held'): bigint => balances.reduce((all, one) => all + one[of], 0n)
  const world = balances.find(({ account }) => account === 'world:ETH')?.posted ?? 0n
  const gone = sum(['proven', 'settled'])
  const open = sum(['requested', 'approved', 'sending', 'sent', 'review'])
  const claims = await play.database.query<{ ref: string }>('SELECT ref FROM test.claims WHERE NOT vanished')
  const found: string[] = []
  const say = (isFine: boolean, words: string): void => {
    if (!isFine) found.push(words)
  }
  say(total('posted') === 100_000_000n, `the ledger has ${total('posted')}`)
  say(total('held') === open, `${total('held')} are held, and ${open} are in open payouts`)
  say(world === gone, `${world} have left by the ledger, and ${gone} by the payouts`)
  say(new Set(claims.map(({ ref }) => ref)).size === claims.length, 'a payout has two transfers')
  say(
    claims.length === rows.filter(({ state }) => state === 'proven' || state === 'settled').length,
    'a claim too many or too few',
  )
  const outflow = outside.standing().reduce((all, one) => all + one.amountMicro, 0n)
  say(gone <= outflow, `${gone} are said to have left, and ${outflow} have`)
  for (const { payout_id: id, state } of rows) {
    say((outside.sends.get(id) ?? 0) <= 1, `${id} was sent ${outside.sends.get(id)} times`)
    say(outside.standing(id).length <= 1, `${id} has left twice`)
    const isBack = state === 'requested' || state === 'approved' || state === 'cancelled' || state === 'failed'
    say(!isBack || outside.standing(id).length === 0, `${id} is ${state}, and its money has left`)
  }
  return found
}

/** All faults end, what is dropped is mined, and careful people name what paid. Then every transfer that left is in the books. */
export async function ending(play: Play, outside: Outside): Promise<string[]> {
  for (const one of outside.left) if (one.status === 'dropped') outside.mine(one)
  for (let round = 0; round < 8; round++) {
    await play.world.follow(3_600_000)
    for (const { payout_id: id, state } of await payoutRows(play)) {
      const [own] = outside.standing(id)
      if (own && ['sending', 'sent', 'review'].includes(state)) await play.act(id, 'hash', { hash: own.hash })
    }
  }
  const left = new Map<string, bigint>(outside.standing().map((one) => [one.payoutId, one.amountMicro]))
  const rows = await payoutRows(play)
  const world = rows.filter(({ state }) => state === 'proven' || state === 'settled')
  const missing = [...left.keys()].filter((id) => !world.some((one) => one.payout_id === id))
  // Another payout of the same amount may have been proven by its transfer: a person named it wrongly.
  const swapped = world.filter(({ payout_id: id }) => !left.has(id))
  return missing.length <= swapped.length
    ? []
    : missing.map((id) => `${id} has left, and the books do not say so (${mine})`)
}
