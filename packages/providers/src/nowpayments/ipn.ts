import { createHmac, timingSafeEqual } from 'node:crypto'
import type { CustodyHint, CustodyHints } from '@species/contracts'
import type { Secret } from '@species/platform'
import { z } from 'zod'

const id = z
  .union([z.string(), z.number().int()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/))
const ipnSchema = z.object({ payment_id: id, parent_payment_id: id.nullish() })

/**
 * Reads instant payment notifications of NOWPayments. Header `x-nowpayments-sig` is HMAC-SHA512 in hexadecimal over the body written anew,
 * compactly and with its keys sorted at every level. A form in circulation sorts the first level alone and empties what is nested: it
 * leaves that unsigned, and is not accepted.
 */
export function createNowPaymentsIpn(secret: Secret): CustodyHints {
  return {
    read(body, headers): CustodyHint {
      const given = headers.get('x-nowpayments-sig') ?? ''
      const parsed = parse(body)
      if (parsed === undefined || !isSigned(parsed, given, secret)) return { kind: 'forged' }
      const ipn = ipnSchema.safeParse(JSON.parse(body))
      if (!ipn.success) return { kind: 'unreadable' }
      return { kind: 'look', paymentId: ipn.data.payment_id, parentPaymentId: ipn.data.parent_payment_id ?? undefined }
    },
  }
}

/** Node has these since 21; the types of the language do not know them yet. */
const json = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
  isRawJSON(value: unknown): boolean
}

interface Parsed {
  /** As JavaScript reads and writes numbers. */
  readonly plain: unknown
  /** With numbers as they were written, such as `1.0`. */
  readonly verbatim: unknown
}

function parse(body: string): Parsed | undefined {
  try {
    const verbatim = json.parse(body, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined ? json.rawJSON(source) : value,
    )
    return { plain: JSON.parse(body), verbatim }
  } catch {
    return undefined
  }
}

/** Both ways of writing numbers say the same, and are signed whole. */
function isSigned({ plain, verbatim }: Parsed, given: string, secret: Secret): boolean {
  const signature = Buffer.from(/^[0-9a-fA-F]{128}$/.test(given) ? given : '0'.repeat(128), 'hex')
  const matches = [plain, verbatim].map((value) =>
    timingSafeEqual(
      createHmac('sha512', secret.reveal())
        .update(JSON.stringify(sorted(value)))
        .digest(),
      signature,
    ),
  )
  return matches.includes(true)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null || json.isRawJSON(value)) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
