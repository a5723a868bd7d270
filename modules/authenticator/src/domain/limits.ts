import type { AccessRefusal, KeyLimits } from '@species/contracts'
import { type Result, ok, refuse } from '@species/kernel'

const allowances = ['unitsPerHour', 'unitsPerDay', 'usdtPerHour', 'usdtPerDay'] as const
const quantities = ['unitsPerTrade', 'usdtPerTrade', ...allowances] as const
const lists = ['intents', 'counterparties', 'payoutAddresses'] as const

/** The limits of a key made by one that has `own`: what is not asked for is inherited, what is asked for must be inside. */
export function narrowedLimits(
  own: KeyLimits | undefined,
  asked: KeyLimits | undefined,
): Result<KeyLimits | undefined, AccessRefusal> {
  const wanted = { ...own, ...definedOf(asked) }
  if (!coversLimits(own, wanted)) {
    return refuse('forbidden', 'A key cannot make one whose limits are looser than its own.')
  }
  return ok(Object.keys(wanted).length === 0 ? undefined : wanted)
}

/** Whether everything that `inner` allows is allowed by `outer` too. An absent limit allows everything. */
export function coversLimits(outer: KeyLimits | undefined, inner: KeyLimits | undefined): boolean {
  const within = quantities.every((name) => {
    const bound = outer?.[name]
    const value = inner?.[name]
    return bound === undefined || (value !== undefined && value <= bound)
  })
  return (
    within &&
    (outer?.agent === undefined || outer.agent === inner?.agent) &&
    lists.every((name) => {
      const allowed: readonly string[] | undefined = outer?.[name]
      const values: readonly string[] | undefined = inner?.[name]
      return allowed === undefined || (values !== undefined && values.every((value) => allowed.includes(value)))
    })
  )
}

/** Whether there is a limit that is used up by trading, and not only a bound on each trade. */
export function hasAllowance(limits: KeyLimits | undefined): boolean {
  return allowances.some((name) => limits?.[name] !== undefined)
}

/** Without the fields that are present but undefined: those would hide what is inherited. */
function definedOf(limits: KeyLimits | undefined): KeyLimits {
  return Object.fromEntries(Object.entries(limits ?? {}).filter(([, value]) => value !== undefined))
}
