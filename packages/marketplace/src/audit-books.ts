import type { Sql } from '@species/database'
import { formatUsdt } from '@species/kernel'
import { ask } from './modules.ts'

/**
 * What is not right in a database on which no process works, in words: the ledger, the book, and claimed payments against money booked.
 * No partner is asked, so vaults are not compared.
 */
export async function auditBooks(database: Sql): Promise<string[]> {
  const [cashier, matching, validator] = [ask.cashier(database), ask.matching(database), ask.validator(database)]
  const claimed = await validator.paymentsClaimed()
  const pending = (await validator.uncredited()).reduce((sum, one) => sum + one.amountMicro, 0n)
  const booked = await cashier.paymentsBooked()
  const payments =
    booked <= claimed && booked >= claimed - pending
      ? []
      : [`payments claimed are ${formatUsdt(claimed)} USDT, and the ledger has booked ${formatUsdt(booked)}`]
  return [...(await cashier.auditLedger()), ...(await matching.auditBook()), ...payments]
}
