import type { AgentUse } from '@species/contracts'
import type { Sql } from '@species/database'
import { agentCharges } from '../domain/mandate.ts'
import { readCounters } from './limit-counters.ts'

const windows = { hour: 'perHour', day: 'perDay', month: 'perMonth' } as const

/** What an agent was charged in the windows that end now. Nothing is locked. */
export async function agentUse(sql: Sql, agentId: string, nowMs: number): Promise<AgentUse> {
  // Any amount names the buckets of both assets.
  const charges = agentCharges(agentId, { usdtMicro: 1n, units: 1n }, nowMs)
  const counters = await readCounters(sql, charges)
  const usdtMicro = { perHour: 0n, perDay: 0n, perMonth: 0n }
  const units = { ...usdtMicro }
  for (const charge of charges)
    (charge.asset === 'USDT' ? usdtMicro : units)[windows[charge.window]] = counters.used(charge)
  return { usdtMicro, units }
}
