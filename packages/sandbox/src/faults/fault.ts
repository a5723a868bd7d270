import { z } from 'zod'

const partnerNames = ['moralis', 'streams', 'nowpayments', 'tron', 'onli', 'firefly'] as const
export type PartnerName = (typeof partnerNames)[number]

/** What a partner can be asked, as faults name it. */
const partnerOperations: Readonly<Record<PartnerName, readonly string[]>> = {
  moralis: ['transaction', 'latestBlock', 'block', 'transfers', 'balance'],
  streams: ['stream', 'address', 'deliver'],
  nowpayments: ['payment', 'status', 'minAmount', 'ipn'],
  tron: ['transaction', 'latestBlock', 'events', 'block', 'transfers', 'balance'],
  onli: ['Issue', 'ChangeOwner', 'CancelOperations', 'GetBalances', 'CreateVaults', 'VerifyOperations'],
  firefly: ['about', 'currency', 'account', 'search', 'transaction'],
}

/** Lies about lists of transfers: one that is not in its transaction, the same page for ever, rows left out, and a token's look-alike. */
const listLies = { phantom: ['transfers'], loop: ['transfers'], omit: ['transfers'], lookalike: ['transfers'] }

const answersOperations = ['Issue', 'ChangeOwner', 'CancelOperations', 'VerifyOperations']

/** Each kind of lie with the operations whose answers can carry it; on other operations the fault is not spent. */
const partnerLies: Readonly<Record<PartnerName, Readonly<Record<string, readonly string[]>>>> = {
  moralis: {
    amount: ['transaction'],
    recipient: ['transaction'],
    token: ['transaction'],
    no_receipt: ['transaction'],
    not_found: ['transaction', 'block'],
    stale_height: ['latestBlock'],
    ...listLies,
    garbage: partnerOperations.moralis,
    html: partnerOperations.moralis,
  },
  streams: {
    forged: ['deliver'],
    unknown_stream: ['deliver'],
    reorder: ['deliver'],
    garbage: partnerOperations.streams,
    html: ['stream', 'address'],
  },
  nowpayments: {
    amount: ['payment'],
    address: ['payment'],
    currency: ['payment'],
    order: ['payment'],
    other: ['status'],
    finished: ['payment', 'status'],
    forged: ['ipn'],
    emptied: ['ipn'],
    reorder: ['ipn'],
    garbage: partnerOperations.nowpayments,
    html: ['payment', 'status', 'minAmount'],
  },
  tron: {
    amount: ['transaction'],
    recipient: ['transaction'],
    token: ['transaction'],
    no_receipt: ['transaction'],
    not_found: ['transaction', 'events', 'block'],
    stale_height: ['latestBlock'],
    error_body: ['transaction', 'latestBlock', 'block'],
    ...listLies,
    garbage: partnerOperations.tron,
    html: partnerOperations.tron,
  },
  onli: {
    owner: answersOperations,
    amount: answersOperations,
    garbage_status: answersOperations,
    not_found: ['VerifyOperations', 'CancelOperations'],
    order: answersOperations,
    missing: answersOperations,
    balance: ['GetBalances'],
  },
  firefly: {
    not_found: ['search'],
    balance: ['account'],
    other: ['transaction', 'search'],
    garbage: partnerOperations.firefly,
    html: partnerOperations.firefly,
  },
}

const duplicableOperations: Readonly<Record<PartnerName, readonly string[]>> = {
  moralis: ['transaction', 'transfers'],
  streams: ['deliver'],
  nowpayments: ['ipn'],
  tron: ['transaction', 'transfers'],
  onli: partnerOperations.onli,
  firefly: ['transaction'],
}

const common = {
  partner: z.enum(partnerNames),
  operation: z.string().optional(),
  times: z.int().min(1).optional(),
}
const when = z.enum(['before', 'after']).default('before')

export const faultSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...common, kind: z.literal('latency'), ms: z.int().min(0).max(600_000), when }),
    z.strictObject({ ...common, kind: z.literal('error'), status: z.union([z.int(), z.string()]).optional(), when }),
    z.strictObject({ ...common, kind: z.literal('down'), when }),
    z.strictObject({ ...common, kind: z.literal('wrong'), how: z.string() }),
    z.strictObject({ ...common, kind: z.literal('duplicate') }),
  ])
  .superRefine((fault, context) => {
    const detail = objection(fault)
    if (detail !== undefined) context.addIssue({ code: 'custom', message: detail })
  })
export type Fault = z.infer<typeof faultSchema>

/** gRPC's codes in the order of their numbers, as a fault's `status` may name them. */
const grpcCodeNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const

export type GrpcCodeName = (typeof grpcCodeNames)[number]

/** The code that a fault's `status` means, given by name or number. */
export function grpcCodeName(status: number | string): GrpcCodeName | undefined {
  return grpcCodeNames.find((name, number) => status === name || status === number)
}

/** The operations on which a fault has an effect. */
export function operationsOf(fault: Fault): readonly string[] {
  if (fault.operation !== undefined) return [fault.operation]
  if (fault.kind === 'wrong') return partnerLies[fault.partner][fault.how] ?? []
  return fault.kind === 'duplicate' ? duplicableOperations[fault.partner] : partnerOperations[fault.partner]
}

function objection(fault: Fault): string | undefined {
  const { operation, partner } = fault
  const all = partnerOperations[partner]
  if (operation !== undefined && !all.includes(operation)) return `operation of ${partner} is one of ${all.join(', ')}`
  if (fault.kind === 'wrong') {
    const lies = partnerLies[partner]
    const able = Object.hasOwn(lies, fault.how) ? lies[fault.how] : undefined
    if (able === undefined) return `how of ${partner} is one of ${Object.keys(lies).join(', ')}`
    if (operation !== undefined && !able.includes(operation)) return `${fault.how} applies to ${able.join(', ')} only`
  }
  if (fault.kind === 'duplicate' && operation !== undefined && !duplicableOperations[partner].includes(operation)) {
    return `duplicate applies to ${duplicableOperations[partner].join(', ')} only`
  }
  if (fault.kind === 'error' && fault.status !== undefined) return statusObjection(partner, fault.status)
  return undefined
}

function statusObjection(partner: PartnerName, status: number | string): string | undefined {
  if (partner === 'onli') {
    const name = grpcCodeName(status)
    return name !== undefined && name !== 'OK'
      ? undefined
      : 'status of onli is a gRPC code: a number from 1 to 16 or a name such as UNAVAILABLE'
  }
  const known = typeof status === 'number' && status >= 400 && status <= 599
  return known ? undefined : `status of ${partner} is an HTTP status from 400 to 599`
}
