/** One entry a code: everything a caller can be told. Pages are `docs/errors/<code>.md`. */
export interface CatalogueEntry {
  readonly title: string
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean
  /** Where the code appears: in a problem document at once, in the receipt of a failed event, or in both. */
  readonly seenIn: 'problem' | 'receipt' | 'both'
  /** HTTP status of a problem document with this code (RFC 9110). */
  readonly status: number
}

const inProblem = (status: number, retryable: boolean, title: string): CatalogueEntry => ({
  title,
  retryable,
  seenIn: 'problem',
  status,
})
const inBoth = (status: number, retryable: boolean, title: string): CatalogueEntry => ({
  title,
  retryable,
  seenIn: 'both',
  status,
})
/** An operator who asks by hand for what an event would do is refused with the same code, as a problem. */
const inReceipt = (retryable: boolean, title: string): CatalogueEntry => ({
  title,
  retryable,
  seenIn: 'receipt',
  status: 422,
})

export const errorCatalogue = {
  // The request itself
  malformed_json: inProblem(400, false, 'The body is not JSON that this API reads'),
  invalid_request: inProblem(400, false, 'The request does not fit its schema'),
  invalid_amount: inBoth(400, false, 'The amount is not one'),
  body_too_large: inProblem(413, false, 'The body is too large'),
  request_timeout: inProblem(408, true, 'The request was not there in time'),
  headers_too_large: inProblem(431, false, 'The address and headers are too large'),
  expectation_failed: inProblem(417, false, 'What the request expects is not done here'),
  unsupported_transfer_coding: inProblem(501, false, 'The transfer coding is not known here'),
  unsupported_media_type: inProblem(415, false, 'The body must be application/json'),
  not_found: inProblem(404, false, 'There is no such thing'),
  method_not_allowed: inProblem(405, false, 'This address does not answer that method'),
  precondition_failed: inProblem(412, false, 'It has changed since you read it'),
  vaults_fixed: inProblem(409, false, 'The vaults of the market cannot be changed'),
  // Who asks
  unauthenticated: inProblem(401, false, 'The request is not signed'),
  invalid_signature: inProblem(401, false, 'The signature is wrong'),
  stale_signature: inProblem(401, false, 'The signature is too old or from the future'),
  replayed_nonce: inProblem(401, false, 'The nonce was used before'),
  scheme_not_allowed: inProblem(401, false, 'This key or this address does not take that kind of signature'),
  key_revoked: inBoth(401, false, 'The API key is revoked or has expired'),
  user_suspended: inBoth(403, false, 'The user is suspended'),
  forbidden: inProblem(403, false, 'This key may not do that'),
  not_your_account: inProblem(403, false, 'Only the owner acts for this account'),
  rate_limited: inProblem(429, true, 'Too many requests'),
  reserved_name: inProblem(422, false, 'The name is reserved'),
  already_exists: inProblem(409, false, 'It exists already'),
  wallet_taken: inProblem(409, false, 'Another user has proven this address'),
  wallet_proof_invalid: inProblem(422, false, 'The signature does not prove this address'),
  challenge_expired: inProblem(409, false, 'The challenge is unknown or too old'),
  // The event
  event_id_conflict: inProblem(422, false, 'This event id was used with another body'),
  trading_halted: inBoth(503, true, 'Trading is halted'),
  payouts_unsupported: inProblem(422, false, 'Proceeds cannot be paid out to an address yet'),
  too_many_unproven_payments: inProblem(429, true, 'Too many of your payments wait to be proven'),
  overloaded: inProblem(503, true, 'Too much work is waiting'),
  intent_mismatch: inReceipt(false, 'The event means something else than its stated intent'),
  ambiguous_event: inReceipt(false, 'The fields of the event contradict each other'),
  missing_field: inReceipt(false, 'The event lacks a field that its intent needs'),
  deadline_exceeded: inReceipt(true, 'The event was not finished in time'),
  // Payment
  proof_unsupported: inReceipt(false, 'This kind of payment proof is not taken'),
  chain_disabled: inReceipt(false, 'Payments on this chain are not taken'),
  payment_not_found: inReceipt(false, 'The transaction was not found on its chain in time'),
  payment_not_final: inReceipt(false, 'The transaction had too few confirmations in time'),
  payment_unconfirmable: inReceipt(true, 'The chain could not be asked in time'),
  failed_transaction: inReceipt(false, 'The transaction failed'),
  no_transfer: inReceipt(false, 'The transaction holds no token transfer'),
  wrong_token: inReceipt(false, 'The token is not the genuine USDT of that chain'),
  wrong_recipient: inReceipt(false, 'The transfer went to somebody else'),
  too_little: inReceipt(false, 'The transfer is worth nothing'),
  not_bound: inReceipt(false, 'The payment was not made by this user'),
  payment_before_wallet: inReceipt(false, 'The payment is older than the proof of its wallet'),
  price_expired: inReceipt(false, 'The payment was mined too late for the price'),
  already_claimed: inReceipt(false, 'The payment was used before'),
  // Market
  listing_not_found: inReceipt(false, 'There is no such listing'),
  listing_gone: inReceipt(false, 'The listing is no longer open'),
  listing_expired: inReceipt(false, 'The listing has expired'),
  listing_too_small: inReceipt(true, 'The listing has fewer units than asked for'),
  listing_below_minimum: inReceipt(false, 'The sale has fewer units than a listing must have'),
  too_many_listings: inReceipt(true, 'The seller has as many open listings as one may have'),
  own_listing: inReceipt(false, 'Nobody buys from himself'),
  not_your_listing: inReceipt(false, 'The listing belongs to somebody else'),
  no_liquidity: inReceipt(true, 'The market has too few units at this price'),
  nothing_to_delist: inReceipt(true, 'The listing has no units that are free'),
  unknown_party: inReceipt(false, 'There is no such user'),
  same_party: inReceipt(false, 'Sender and receiver are the same'),
  // Ledger
  insufficient_units: inReceipt(false, 'The account has too few units'),
  insufficient_payment: inReceipt(false, 'The payment and credit do not cover the price'),
  pool_exhausted: inReceipt(true, 'The liquidity pool has too little money'),
  pool_share_exceeded: inReceipt(true, 'One user may hold only a part of the liquidity pool'),
  limit_exceeded: inReceipt(true, 'A limit of this key would be passed'),
  // Delivery
  delivery_refused: inReceipt(false, 'Onli Cloud refused to move the units'),
  consent_refused: inReceipt(false, 'The owner did not consent'),
  consent_expired: inReceipt(true, 'The owner did not consent in time'),
  refused_by_operator: inReceipt(false, 'An operator decided against it'),
  // Ours
  service_unavailable: inProblem(503, true, 'A part that this needs is away'),
  internal_error: inProblem(500, true, 'Something broke on our side'),
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof errorCatalogue

/**
 * The entry of a code that was read: from a stored row, a message, or an answer. Another version of the program may have written a
 * code that this one does not know; such a code stands for itself.
 */
export function catalogueEntry(code: string): Pick<CatalogueEntry, 'title' | 'retryable'> {
  if (!isErrorCode(code)) return { title: code, retryable: false }
  const { title, retryable } = errorCatalogue[code]
  return { title, retryable }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code)
}
