import { type Chain, type MoneyTransfer, type ProvenTransfer, chains, custodians } from '@species/contracts'
import { standsStill } from '@species/contracts/recheck'
import { comparable, everOurs } from '@species/contracts/transfers'
import { Bug, accounts } from '@species/kernel'
import type { Sql } from '@species/database'
import { type Deposit, explain, inSuspense, lockDeposit, undecided } from '../adapters/deposit-rows.ts'
import type { DepositsDeps } from './deps.ts'

/** An event that is about to claim its payment comes first. Unexplained money is in suspense within ten minutes after it is final. */
export const patienceMs = 180_000
const perRun = 50
/** A page of what is in suspense, for the gauge. */
const pageSize = 500
/** Money in suspense for longer calls a person. */
const alarmAfterMs = 3_600_000

/** Books money that is final and that nothing claims from the chain's account into suspense. Each is read on its chain once more before. */
export async function bookUnexplained(deps: DepositsDeps): Promise<void> {
  const { config } = await deps.config.current()
  // A chain that is slow to answer holds up no other.
  await Promise.all(chains.filter((chain) => !config.chains[chain].halted).map((chain) => bookThose(deps, chain)))
}

async function bookThose(deps: DepositsDeps, chain: Chain): Promise<void> {
  const { database, clock, log } = deps
  for (const deposit of await undecided(database, chain, clock.now() - patienceMs, perRun))
    await bookOne(deps, deposit).catch((error: unknown) => {
      log.error(
        { depositId: deposit.depositId, err: error },
        'unexplained money could not be booked; it is tried again',
      )
    })
}

async function bookOne(deps: DepositsDeps, seen: Deposit): Promise<void> {
  const { chain, hash, blockNumber, depositId } = seen
  const { database, clock } = deps
  const scout = deps.chainScouts.find((one) => one.chains.includes(chain))
  const outcome = await scout?.transaction(chain, hash, blockNumber)
  // Before the transaction: it may read the configuration over a connection of its own.
  const isInternal = await isOurs(deps, seen)
  await database.transaction(async (tx) => {
    const deposit = await lockDeposit(tx, depositId)
    if (deposit?.status !== 'final' || deposit.explained !== undefined) return
    const [holder] = await deps.claims(tx).holders([deposit])
    const nowMs = clock.now()
    if (holder) {
      await explain(tx, depositId, 'claimed', { nowMs })
      return
    }
    if (!outcome || standsStill(deposit, outcome) !== 'stands') return
    if (isInternal) {
      await explain(tx, depositId, 'internal', { nowMs })
      return
    }
    const booking = deps.ids.uuid()
    const claimed = await deps.claims(tx).claim(deposit, { kind: 'suspense', ref: booking }, { nowMs, trace: booking })
    if (claimed.kind === 'halted') return
    if (claimed.kind === 'taken') {
      await explain(tx, depositId, 'claimed', { nowMs })
      return
    }
    await post(deps, tx, intoSuspense(booking, deposit, await whereHeld(deps, tx, deposit)))
    await explain(tx, depositId, 'suspense', { nowMs, booking })
    deps.log.warn({ depositId, chain, hash }, 'money came in that nothing explains: it is in suspense')
  })
}

/** The account of who has what came in: ours on the chain, or a custodian's. */
async function whereHeld(deps: DepositsDeps, tx: Sql, { chain, toAddress }: ProvenTransfer): Promise<string> {
  const custodian = await deps.claims(tx).custodianOf(chain, comparable(chain, toAddress))
  return custodian === undefined ? accounts.world(chain) : accounts.custody(custodian)
}

/** Whether the sender is or was an address of ours: then no money came in. */
async function isOurs({ config }: DepositsDeps, { chain, fromAddress }: Deposit): Promise<boolean> {
  return everOurs(chain, await config.chainHistory()).has(fromAddress)
}

function intoSuspense(booking: string, { chain, amountMicro }: ProvenTransfer, from: string): MoneyTransfer {
  return {
    transferId: `deposits:suspense:${booking}`,
    kind: 'suspense',
    lines: [
      { account: from, amountMicro: -amountMicro },
      { account: accounts.suspense(chain), amountMicro },
    ],
  }
}

/** Transfers are gone from their chain: what was booked for those that credited no user is taken back, in the same transaction. */
export async function takeBack(deps: DepositsDeps, tx: Sql, gone: readonly Deposit[]): Promise<void> {
  const transfers: MoneyTransfer[] = []
  for (const deposit of gone) {
    const { booking, chain, amountMicro } = deposit
    if (booking === undefined) continue
    // A claim that credits a user is the validator's to end.
    if (!(await deps.claims(tx).endVanished(deposit, deps.clock.now()))) continue
    const account = bookedInto(deposit)
    transfers.push({
      transferId: `deposits:gone:${booking}`,
      kind: 'suspense',
      lines: [
        { account, amountMicro: -amountMicro },
        { account: await whereHeld(deps, tx, deposit), amountMicro },
      ],
    })
    deps.log.error({ depositId: deposit.depositId, chain }, 'money in suspense has vanished from its chain')
  }
  if (transfers.length > 0) await post(deps, tx, ...transfers)
}

/** The account that has what was booked of a deposit. */
function bookedInto({ explained, chain }: Deposit): string {
  if (explained === 'kept') return accounts.fees
  return explained === 'forwarded' ? accounts.custody(custodians[0]) : accounts.suspense(chain)
}

/** Operators keep money from suspense: it is income. */
export async function keepMoney(deps: DepositsDeps, tx: Sql, booking: string, deposit: Deposit): Promise<void> {
  const { chain, amountMicro } = deposit
  await post(deps, tx, {
    transferId: `deposits:kept:${booking}`,
    kind: 'suspense',
    lines: [
      { account: accounts.suspense(chain), amountMicro: -amountMicro },
      { account: accounts.fees, amountMicro },
    ],
  })
}

/** Posts all, or throws. */
export async function post(deps: DepositsDeps, tx: Sql, ...transfers: MoneyTransfer[]): Promise<void> {
  const posted = await deps.ledger(tx).post(transfers)
  if (!posted.ok) throw new Bug(`${posted.shortfall.account} lacks what was booked into it`)
}

/**
 * Looks at what is in suspense: what an event or a quote has taken since is explained. Shows how much is left, and how old the oldest
 * is; what is older than an hour is said as an error each time.
 */
export async function watchSuspense(deps: DepositsDeps): Promise<void> {
  const { database, clock, metrics, log } = deps
  const nowMs = clock.now()
  const left: Deposit[] = []
  let page: Deposit[] = []
  do {
    page = await inSuspense(database, page.at(-1)?.depositId, pageSize)
    const holders = page.length === 0 ? [] : await deps.claims(database).holders(page)
    for (const [index, deposit] of page.entries()) {
      if (holders[index]?.kind === 'suspense') left.push(deposit)
      else await explain(database, deposit.depositId, 'claimed', { nowMs })
    }
  } while (page.length === pageSize)
  const age = (deposit: Deposit | undefined): number =>
    deposit ? Math.max(0, nowMs - (deposit.explainedAtMs ?? nowMs)) : 0
  const oldest = left.reduce<Deposit | undefined>((one, other) => (age(other) > age(one) ? other : one), undefined)
  metrics.suspenseDeposits.set(left.length)
  metrics.oldestSuspenseSeconds.set(age(oldest) / 1_000)
  const late = left.filter((deposit) => age(deposit) > alarmAfterMs)
  if (late.length > 0)
    log.error(
      { deposits: late.length, oldest: oldest?.depositId },
      'money has been in suspense for more than an hour: GET /admin/v1/deposits shows it',
    )
}
