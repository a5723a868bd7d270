import { type Custodian, custodians } from '@species/contracts'
import { comparable } from '@species/contracts/transfers'
import type { Sql } from '@species/database'
import { Problem } from '@species/http'
import { accounts, formatUsdt } from '@species/kernel'
import type { Deposit } from '../adapters/deposit-rows.ts'
import type { DepositsDeps } from './deps.ts'
import { post } from './suspense.ts'

const custodian: Custodian = custodians[0]

/**
 * Moves what a custodian has forwarded from suspense to its account. Throws a Problem, which undoes all, where the money came in at an
 * address of the custodian, or where it holds less.
 */
export async function giveToCustody(deps: DepositsDeps, tx: Sql, booking: string, deposit: Deposit): Promise<void> {
  const { chain, toAddress, amountMicro } = deposit
  if ((await deps.claims(tx).custodianOf(chain, comparable(chain, toAddress))) !== undefined)
    throw new Problem(
      'invalid_request',
      `${toAddress} is an address of ${custodian}: nothing was forwarded to us there.`,
    )
  const account = accounts.custody(custodian)
  await post(deps, tx, {
    transferId: `deposits:forwarded:${booking}`,
    kind: 'internal_move',
    lines: [
      { account: accounts.suspense(chain), amountMicro: -amountMicro },
      { account, amountMicro },
    ],
  })
  // Read after the posting, which holds the lock: two at once do not both see what one of them takes.
  const balances = await deps.ask.cashier(tx).balances([account])
  const left = -(balances.find(({ asset }) => asset === 'USDT')?.posted ?? 0n)
  if (left < 0n)
    throw new Problem(
      'invalid_request',
      `${custodian} holds ${formatUsdt(left + amountMicro)} USDT for us, which is less than ${formatUsdt(amountMicro)}: it cannot have forwarded this.`,
    )
}
