/** One entry a code: everything a caller can be told. Pages are `docs/errors/<code>.md`; HTTP status is chosen at the edge. */
export interface CatalogueEntry {
  readonly title: string
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean
  /** Where the code appears: in a problem document at once, in the receipt of a failed event, or in both. */
  readonly seenIn: 'problem' | 'receipt' | 'both'
}

const at = (seenIn: CatalogueEntry['seenIn'], retryable: boolean, title: string): CatalogueEntry => ({
  title,
  retryable,
  seenIn,
})

export const errorCatalogue = {
  // The request itself
  malformed_json: at('problem', false, 'The body is not JSON that this API reads'),
  invalid_request: at('problem', false, 'The request does not fit its schema'),
  invalid_amount: at('both', false, 'The amount is not one'),
  body_too_large: at('problem', false, 'The body is too large'),
  request_timeout: at('problem', true, 'The request was not there in time'),
  headers_too_large: at('problem', false, 'The address and headers are too large'),
  expectation_failed: at('problem', false, 'What the request expects is not done here'),
  unsupported_transfer_coding: at('problem', false, 'The transfer coding is not known here'),
  unsupported_media_type: at('problem', false, 'The body must be application/json'),
  not_found: at('problem', false, 'There is no such thing'),
  method_not_allowed: at('problem', false, 'This address does not answer that method'),
  precondition_failed: at('problem', false, 'It has changed since you read it'),
  vaults_fixed: at('problem', false, 'The vaults of the market cannot be changed'),
  // Who asks
  unauthenticated: at('problem', false, 'The request is not signed'),
  invalid_signature: at('problem', false, 'The signature is wrong'),
  stale_signature: at('problem', false, 'The signature is too old or from the future'),
  replayed_nonce: at('problem', false, 'The nonce was used before'),
  scheme_not_allowed: at('problem', false, 'This key or this address does not take that kind of signature'),
  key_revoked: at('both', false, 'The API key is revoked or has expired'),
  user_suspended: at('both', false, 'The user is suspended'),
  forbidden: at('problem', false, 'This key may not do that'),
  not_your_account: at('problem', false, 'Only the owner acts for this account'),
  rate_limited: at('problem', true, 'Too many requests'),
  reserved_name: at('problem', false, 'The name is reserved'),
  already_exists: at('problem', false, 'It exists already'),
  wallet_taken: at('problem', false, 'Another user has proven this address'),
  wallet_proof_invalid: at('problem', false, 'The signature does not prove this address'),
  challenge_expired: at('problem', false, 'The challenge is unknown or too old'),
  // The event
  event_id_conflict: at('problem', false, 'This event id was used with another body'),
  trading_halted: at('both', true, 'Trading is halted'),
  payouts_unsupported: at('problem', false, 'Proceeds cannot be paid out to an address yet'),
  too_many_unproven_payments: at('problem', true, 'Too many of your payments wait to be proven'),
  overloaded: at('problem', true, 'Too much work is waiting'),
  intent_mismatch: at('receipt', false, 'The event means something else than its stated intent'),
  ambiguous_event: at('receipt', false, 'The fields of the event contradict each other'),
  missing_field: at('receipt', false, 'The event lacks a field that its intent needs'),
  deadline_exceeded: at('receipt', true, 'The event was not finished in time'),
  // Payment
  proof_unsupported: at('receipt', false, 'This kind of payment proof is not taken'),
  chain_disabled: at('receipt', false, 'Payments on this chain are not taken'),
  payment_not_found: at('receipt', false, 'The transaction was not found on its chain in time'),
  payment_not_final: at('receipt', false, 'The transaction had too few confirmations in time'),
  payment_unconfirmable: at('receipt', true, 'The chain could not be asked in time'),
  failed_transaction: at('receipt', false, 'The transaction failed'),
  no_transfer: at('receipt', false, 'The transaction holds no token transfer'),
  wrong_token: at('receipt', false, 'The token is not the genuine USDT of that chain'),
  wrong_recipient: at('receipt', false, 'The transfer went to somebody else'),
  too_little: at('receipt', false, 'The transfer is worth nothing'),
  not_bound: at('receipt', false, 'The payment was not made by this user'),
  payment_before_wallet: at('receipt', false, 'The payment is older than the proof of its wallet'),
  price_expired: at('receipt', false, 'The payment was mined too late for the price'),
  already_claimed: at('receipt', false, 'The payment was used before'),
  // Market
  listing_not_found: at('receipt', false, 'There is no such listing'),
  listing_gone: at('receipt', false, 'The listing is no longer open'),
  listing_expired: at('receipt', false, 'The listing has expired'),
  listing_too_small: at('receipt', true, 'The listing has fewer units than asked for'),
  listing_below_minimum: at('receipt', false, 'The sale has fewer units than a listing must have'),
  too_many_listings: at('receipt', true, 'The seller has as many open listings as one may have'),
  own_listing: at('receipt', false, 'Nobody buys from himself'),
  not_your_listing: at('receipt', false, 'The listing belongs to somebody else'),
  no_liquidity: at('receipt', true, 'The market has too few units at this price'),
  nothing_to_delist: at('receipt', true, 'The listing has no units that are free'),
  unknown_party: at('receipt', false, 'There is no such user'),
  same_party: at('receipt', false, 'Sender and receiver are the same'),
  // Ledger
  insufficient_units: at('receipt', false, 'The account has too few units'),
  insufficient_payment: at('receipt', false, 'The payment and credit do not cover the price'),
  pool_exhausted: at('receipt', true, 'The liquidity pool has too little money'),
  pool_share_exceeded: at('receipt', true, 'One user may hold only a part of the liquidity pool'),
  limit_exceeded: at('receipt', true, 'A limit of this key would be passed'),
  // Delivery
  delivery_refused: at('receipt', false, 'Onli Cloud refused to move the units'),
  consent_refused: at('receipt', false, 'The owner did not consent'),
  consent_expired: at('receipt', true, 'The owner did not consent in time'),
  refused_by_operator: at('receipt', false, 'An operator decided against it'),
  // Ours
  service_unavailable: at('problem', true, 'A part that this needs is away'),
  internal_error: at('problem', true, 'Something broke on our side'),
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof errorCatalogue
