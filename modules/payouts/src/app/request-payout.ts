import { type Chain, type MarketplaceConfig, type Principal, comparableAddress, familyOf } from '@species/contracts'
import { accounts, formatUsdt, ok, parseUsdt, refuse, type Result } from '@species/kernel'
import type { AccessRefusal } from '@species/contracts'
import type { Sql } from '@species/database'
import { findAddress, lockOwner } from '../adapters/address-rows.ts'
import { isHalted } from '../adapters/halt-rows.ts'
import { addHistory } from '../adapters/evidence-rows.ts'
import { type PayoutRow, countOpen, findRequest, insertPayout } from '../adapters/payout-rows.ts'
import { destinationFault } from '../domain/destination.ts'
import { ledgerId } from '../domain/payout.ts'
import type { PayoutsDeps } from './deps.ts'
import type { Confirmed } from './manage-addresses.ts'
import { immatureOf } from './maturity.ts'
import { type Answer, tell } from './step.ts'

/** Payouts of one user that have not ended. */
const maxOpenPayouts = 10
/** The least that is paid out: a network's fee is of this size. */
const minPayoutMicro = 1_000_000n

/** What a user asks for. `address` as it was written. */
export interface WantedPayout {
  readonly requestId: string
  readonly chain: Chain
  readonly address: string
  readonly amountMicro: bigint
}

/** Takes a request and holds its money. The same request again gets the same payout. */
export async function requestPayout(
  deps: PayoutsDeps,
  principal: Principal,
  wanted: WantedPayout,
  confirmed: Confirmed,
): Answer<PayoutRow> {
  const history = await deps.config.chainHistory()
  return await deps.database.transaction(async (tx): Answer<PayoutRow> => {
    const owner = principal.onliId
    const { requestId, chain, amountMicro } = wanted
    const address = comparableAddress(familyOf(chain), wanted.address)
    await lockOwner(tx, owner)
    const before = await findRequest(tx, owner, requestId)
    if (before) {
      const isSame = before.chain === chain && before.address === address && before.amountMicro === amountMicro
      return isSame ? ok(before) : refuse('request_id_conflict', 'This requestId was used for another payout.')
    }
    const { config } = await deps.latestConfig(tx).latest()
    const closed = await closedBy(deps, tx, chain, config)
    if (closed !== undefined) return refuse('payouts_off', closed)
    const by = await allowed(deps, tx, { principal, chain, address, confirmed })
    if (!by.ok) return by
    const usable = await usableAddress(deps, tx, { owner, chain, address }, { config, history })
    if (!usable.ok) return usable
    const bounds = boundsOf(amountMicro, config)
    if (bounds !== undefined) return refuse('invalid_amount', bounds)
    if ((await countOpen(tx, owner)) >= maxOpenPayouts)
      return refuse(
        'too_many_payouts',
        `${maxOpenPayouts} of your payouts have not ended. Wait for one, or cancel one.`,
      )
    const money = await payableMoney(deps, tx, owner, amountMicro, config)
    if (!money.ok) return money
    const row: PayoutRow = {
      payoutId: `pay_${deps.ids.uuid().replaceAll('-', '')}`,
      owner,
      requestId,
      chain,
      address,
      amountMicro,
      fromPayableMicro: money.value,
      state: 'requested',
      requestedBy: principal.keyId,
      confirmedBy: by.value,
      requestedAtMs: deps.clock.now(),
      ...unbegun,
    }
    const held = await deps
      .ledger(tx)
      .hold({ transferId: ledgerId(row.payoutId, 0), kind: 'payout', lines: linesOf(row) })
    if (!held.ok) return refuse('not_payable', 'The money was spent meanwhile. Read your balance and try again.')
    await insertPayout(tx, row)
    await addHistory(tx, { ...row, actor: `${owner}/${principal.keyId}`, atMs: row.requestedAtMs })
    await tell(deps, tx, row)
    return ok(row)
  })
}

const unbegun = {
  approvedAtMs: undefined,
  people: undefined,
  reason: undefined,
  endedAtMs: undefined,
  life: 0,
  dueAtMs: undefined,
  checks: 0,
  proof: undefined,
  provenAtMs: undefined,
  rechecksDone: 0,
  missing: 0,
} as const

/** What a payout takes from its owner, and gives to the chain. */
export function linesOf({
  owner,
  chain,
  amountMicro,
  fromPayableMicro,
}: PayoutRow): { account: string; amountMicro: bigint }[] {
  return [
    { account: accounts.payable(owner), amountMicro: -fromPayableMicro },
    { account: accounts.user(owner), amountMicro: fromPayableMicro - amountMicro },
    { account: accounts.world(chain), amountMicro },
  ].filter((line) => line.amountMicro !== 0n)
}

/** Why no payout is taken or sent on a chain now, if none is. */
export async function closedBy(
  { confirm }: Pick<PayoutsDeps, 'confirm'>,
  tx: Sql,
  chain: Chain,
  { payouts, chains }: Pick<MarketplaceConfig, 'payouts' | 'chains'>,
): Promise<string | undefined> {
  if (await isHalted(tx))
    return 'Payouts are halted until operators resume them. Your money stays yours; try again later.'
  if (!payouts.enabled) return 'Payouts are off in the configuration. Your money stays yours; try again later.'
  if (!confirm(tx).isTrusted(chain))
    return `Payouts on ${chain} are off until what our wallets hold there is reconciled with our books. Your money stays yours.`
  return chains[chain].halted ? `${chain} is halted. Try again later.` : undefined
}

/** A key with a list of addresses pays out to these alone; any other needs a confirmation. Answers with what allows it. */
async function allowed(
  { confirm }: Pick<PayoutsDeps, 'confirm'>,
  tx: Sql,
  asked: { principal: Principal; chain: Chain; address: string; confirmed: Confirmed },
): Answer<string> {
  const { principal, chain, address, confirmed } = asked
  const { payoutAddresses, ...others } = principal.limits ?? {}
  if (Object.values(others).some((limit) => limit !== undefined))
    return refuse('forbidden', 'A key that is limited in trading pays nothing out. Use a key without these limits.')
  if (payoutAddresses !== undefined) {
    const isListed = payoutAddresses.some((one) => {
      const [name, listed = ''] = one.split(' ')
      return name === chain && comparableAddress(familyOf(chain), listed) === address
    })
    return isListed
      ? ok('the list of addresses of the key')
      : refuse('forbidden', 'This address is not among those of the key.')
  }
  const said = await confirm(tx).confirm(principal, confirmed.action, confirmed.confirmation)
  return said.ok ? ok(said.value.by) : said
}

/** Whether money of this owner can be sent to an address now. Asked at the request, and again before anything leaves. */
export async function usableAddress(
  deps: Pick<PayoutsDeps, 'clock'>,
  tx: Sql,
  { owner, chain, address }: Pick<PayoutRow, 'owner' | 'chain' | 'address'>,
  { config, history }: { config: MarketplaceConfig; history: Parameters<typeof destinationFault>[2]['history'] },
): Answer<true> {
  const known = await findAddress(tx, owner, { chain, address })
  if (!known)
    return refuse(
      'unknown_destination',
      `${address} is not in the address book of ${owner} for ${chain}. Add it first, and wait for its delay.`,
    )
  if (known.usableAtMs > deps.clock.now())
    return refuse('unknown_destination', `${address} is usable from ${new Date(known.usableAtMs).toISOString()}.`)
  const fault = destinationFault(chain, address, { chains: config.chains, history })
  return fault === undefined ? ok(true) : refuse('address_refused', `No money can be sent to ${address}: ${fault}.`)
}

function boundsOf(amountMicro: bigint, { payouts }: MarketplaceConfig): string | undefined {
  const most = parseUsdt(payouts.maxUsdt)
  if (amountMicro < minPayoutMicro) return `A payout is at least ${formatUsdt(minPayoutMicro)} USDT.`
  if (most.ok && amountMicro > most.value) return `A payout is at most ${payouts.maxUsdt} USDT.`
  return undefined
}

/** How much of the amount is taken from what is payable to the owner; the rest is taken from their credit. Refuses what is not there or not mature. */
async function payableMoney(
  deps: PayoutsDeps,
  tx: Sql,
  owner: string,
  amountMicro: bigint,
  config: MarketplaceConfig,
): Promise<Result<bigint, AccessRefusal>> {
  const names = [accounts.payable(owner), accounts.user(owner), accounts.receivable(owner)]
  const balances = (await deps.cashier(tx).balances(names)).filter(({ asset }) => asset === 'USDT')
  const free = (account: string | undefined): bigint => {
    const found = balances.find((one) => one.account === account)
    return found ? found.posted - found.held : 0n
  }
  const [payable, credit, owed] = names.map(free) as [bigint, bigint, bigint]
  const standing = (await deps.authenticator(tx).standings([owner])).get(owner)
  if (standing?.status !== 'active') return refuse('user_suspended', 'The user is not active: nothing is paid out.')
  if (owed < 0n)
    return refuse(
      'not_payable',
      `You owe ${formatUsdt(-owed)} USDT, because a payment vanished from its chain. Nothing is paid out before it is repaid.`,
    )
  const has = payable + credit
  if (has < amountMicro)
    return refuse('not_payable', `${formatUsdt(amountMicro)} USDT are asked for, ${formatUsdt(has)} are free.`)
  const immature = await immatureOf(deps, tx, owner, config, deps.clock.now())
  if (immature === undefined || has - immature < amountMicro) {
    const mature = immature === undefined || immature > has ? 0n : has - immature
    return refuse(
      'not_payable',
      `${formatUsdt(has)} USDT are free, of which ${formatUsdt(mature)} can be paid out now: the rest came in too lately. Try again later.`,
    )
  }
  return ok(amountMicro < payable ? amountMicro : payable)
}
