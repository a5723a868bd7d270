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
  malformed_json: inProblem(400, false, 'The body is not valid JSON for this API'),
  invalid_request: inProblem(400, false, 'The request does not match its schema'),
  invalid_amount: inBoth(400, false, 'The amount is not valid'),
  body_too_large: inProblem(413, false, 'The body is too large'),
  request_timeout: inProblem(408, true, 'The request did not arrive in time'),
  headers_too_large: inProblem(431, false, 'The request line and headers are too large'),
  expectation_failed: inProblem(417, false, 'The Expect header is not supported'),
  unsupported_transfer_coding: inProblem(501, false, 'The transfer coding is not supported'),
  unsupported_media_type: inProblem(415, false, 'The body must be application/json'),
  not_found: inProblem(404, false, 'The resource was not found'),
  method_not_allowed: inProblem(405, false, 'This address does not support that method'),
  precondition_failed: inProblem(412, false, 'The resource has changed since you read it'),
  vaults_fixed: inProblem(409, false, 'The vaults of the market cannot be changed'),
  // Who asks
  unauthenticated: inProblem(401, false, 'The request is not signed'),
  invalid_signature: inProblem(401, false, 'The signature is not valid'),
  stale_signature: inProblem(401, false, 'The signature is too old or in the future'),
  replayed_nonce: inProblem(401, false, 'The nonce was used before'),
  scheme_not_allowed: inProblem(401, false, 'This key or address does not accept that kind of signature'),
  key_revoked: inBoth(401, false, 'The API key is revoked or has expired'),
  user_suspended: inBoth(403, false, 'The user is suspended'),
  forbidden: inProblem(403, false, 'This key is not allowed to do that'),
  not_your_account: inProblem(403, false, 'Only the owner can act for this account'),
  rate_limited: inProblem(429, true, 'Too many requests'),
  reserved_name: inProblem(422, false, 'The name is reserved'),
  already_exists: inProblem(409, false, 'The resource already exists'),
  wallet_taken: inProblem(409, false, 'Another user has proven this address'),
  wallet_proof_invalid: inProblem(422, false, 'The signature does not prove this address'),
  invitation_invalid: inProblem(403, false, 'The link is not valid'),
  passkey_invalid: inProblem(403, false, 'The answer of the passkey proves nothing'),
  challenge_expired: inProblem(409, false, 'The challenge is unknown or has expired'),
  // Webhooks
  address_not_public: inProblem(422, false, 'The address cannot be a webhook'),
  too_many_webhooks: inProblem(409, false, 'The user has the maximum number of webhooks'),
  too_many_deliveries: inProblem(429, true, 'Too many deliveries of yours wait'),
  webhook_disabled: inProblem(409, false, 'The webhook is disabled'),
  // Money out
  confirmation_required: inProblem(403, false, 'The request must be confirmed'),
  confirmation_invalid: inProblem(403, false, 'The confirmation is not valid for this request'),
  payouts_off: inProblem(503, true, 'Payouts are off'),
  address_refused: inProblem(422, false, 'Money cannot be sent to this address'),
  too_many_addresses: inProblem(409, false, 'The user has the maximum number of addresses'),
  not_payable: inProblem(409, true, 'The money cannot be paid out now'),
  too_many_payouts: inProblem(409, true, 'The user has the maximum number of open payouts'),
  request_id_conflict: inProblem(422, false, 'This request id was used for another payout'),
  payout_state: inProblem(409, false, 'The payout is not in a state for that'),
  second_person_needed: inProblem(409, false, 'Another person must do this'),
  unknown_destination: inProblem(422, false, 'The address is not in the address book, or its delay is not over'),
  // Agents
  agent_stopped: inBoth(403, false, 'The agent is stopped'),
  mandate_required: inBoth(403, false, 'The agent has no mandate in force'),
  approval_required: inBoth(403, false, 'The owner of the agent must approve the event'),
  too_many_approvals: inProblem(429, true, 'Too many events of the agent wait for an approval'),
  too_many_agents: inProblem(409, false, 'The user has the maximum number of agents'),
  // The event
  event_id_conflict: inProblem(422, false, 'This event id was used with another body'),
  trading_halted: inBoth(503, true, 'Trading is halted'),
  payouts_unsupported: inProblem(422, false, 'Proceeds cannot be paid out to an address yet'),
  too_many_unproven_payments: inProblem(429, true, 'Too many of your payments are not proven yet'),
  overloaded: inProblem(503, true, 'The marketplace has too much work'),
  intent_mismatch: inReceipt(false, 'The event does not match its stated intent'),
  ambiguous_event: inReceipt(false, 'The fields of the event contradict each other'),
  missing_field: inReceipt(false, 'The event lacks a field that its intent needs'),
  deadline_exceeded: inReceipt(true, 'The event was not finished in time'),
  // Payment
  proof_unsupported: inReceipt(false, 'This kind of payment proof is not supported'),
  chain_disabled: inReceipt(false, 'Payments on this chain are not accepted'),
  payment_not_found: inReceipt(false, 'The transaction was not found on its chain in time'),
  payment_not_final: inReceipt(false, 'The transaction had too few confirmations in time'),
  payment_unconfirmable: inReceipt(true, 'The chain did not answer in time'),
  failed_transaction: inReceipt(false, 'The transaction failed on its chain'),
  no_transfer: inReceipt(false, 'The transaction contains no token transfer'),
  wrong_token: inReceipt(false, 'The token is not the genuine USDT of that chain'),
  wrong_recipient: inReceipt(false, 'The transfer went to another address'),
  too_little: inReceipt(false, 'The transfer is worth less than the smallest amount'),
  not_bound: inReceipt(false, 'The payment was not made by this user'),
  payment_before_wallet: inReceipt(false, 'The payment is older than the proof of its wallet'),
  price_expired: inReceipt(false, 'The payment was mined too late for the price'),
  already_claimed: inReceipt(false, 'The payment was used before'),
  // Quotes
  too_many_quotes: inProblem(429, true, 'The user has the maximum number of quotes'),
  quote_units_exceeded: inProblem(409, true, 'Quotes hold as many units as they may'),
  quote_cited: inBoth(409, false, 'Another event or a payment has the quote'),
  quote_ended: inBoth(409, false, 'The quote has ended'),
  quote_mismatch: inReceipt(false, 'The event is not the purchase that was quoted'),
  // Market
  listing_not_found: inReceipt(false, 'The listing was not found'),
  listing_gone: inReceipt(false, 'The listing is no longer open'),
  listing_expired: inReceipt(false, 'The listing has expired'),
  listing_too_small: inReceipt(true, 'The listing has fewer units than asked for'),
  listing_below_minimum: inReceipt(false, 'The sale is smaller than the minimum listing'),
  too_many_listings: inReceipt(true, 'The seller has the maximum number of open listings'),
  own_listing: inReceipt(false, 'You cannot buy your own listing'),
  not_your_listing: inReceipt(false, 'The listing belongs to another user'),
  no_liquidity: inReceipt(true, 'The market has too few units at this price'),
  nothing_to_delist: inReceipt(true, 'The listing has no free units'),
  unknown_party: inReceipt(false, 'The user was not found'),
  same_party: inReceipt(false, 'Sender and receiver are the same'),
  // Ledger
  insufficient_units: inReceipt(false, 'The account has too few units'),
  insufficient_payment: inReceipt(false, 'The payment and credit do not cover the price'),
  pool_exhausted: inReceipt(true, 'The liquidity pool has too little money'),
  pool_share_exceeded: inReceipt(true, 'One user can hold only a part of the liquidity pool'),
  limit_exceeded: inReceipt(true, 'The event exceeds a limit of its key'),
  outside_mandate: inReceipt(true, 'The mandate of the agent does not allow the event'),
  // Delivery
  delivery_refused: inReceipt(false, 'Onli Cloud refused to move the units'),
  consent_refused: inReceipt(false, 'The owner did not consent'),
  consent_expired: inReceipt(true, 'The owner did not consent in time'),
  refused_by_operator: inReceipt(false, 'An operator refused the event'),
  // Ours
  service_unavailable: inProblem(503, true, 'A dependency is unavailable'),
  internal_error: inProblem(500, true, 'An internal error occurred'),
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
