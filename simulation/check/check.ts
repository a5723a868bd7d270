import type { Setting } from '../setting.ts'
import { eventFindings } from './events.ts'
import type { Facts } from './facts.ts'
import { ledgerFindings } from './ledger.ts'
import { moneyFindings } from './money.ts'
import { receiptFindings } from './receipts.ts'
import { unitFindings } from './units.ts'

/**
 * What must not be so at the end of a history, in words. Receipts, ledger and claims are compared with each other and with the
 * model's own tally of what was moved and paid: no check of the modules' own is asked.
 */
export function check(setting: Setting, facts: Facts): string[] {
  return [
    ...eventFindings(setting, facts),
    ...ledgerFindings(facts),
    ...receiptFindings(setting, facts),
    ...unitFindings(setting, facts),
    ...moneyFindings(setting, facts),
  ]
}
