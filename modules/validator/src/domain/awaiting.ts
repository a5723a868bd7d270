import type { Awaiting } from '@species/contracts'

/** What a payment that cannot be judged yet waits for. `reason` is the word that was stored; a partner's own is not passed on. */
export function awaitingOf(reason: string): Awaiting {
  const [, have, need] = /^confirmations: (\d+) of (\d+)$/.exec(reason) ?? []
  if (have !== undefined && need !== undefined) {
    const confirmations = { have: Number(have), need: Number(need) }
    return {
      what: 'confirmations',
      text: `The payment has ${have} of ${need} confirmations. Nothing is needed from you.`,
      confirmations,
    }
  }
  if (reason === 'chain_halted')
    return {
      what: 'chain',
      text: 'Payments on this chain are halted. Your deadline stands still and nothing is lost; do not pay again.',
    }
  if (reason === '')
    return { what: 'chain', text: 'The chain is asked for the payment in a moment. Nothing is needed from you.' }
  if (reason === 'quote_unpaid')
    return {
      what: 'transaction',
      text: 'No payment to the address of the quote is seen yet. Pay it once, in full; it is found by itself.',
    }
  if (reason === 'in_review')
    return { what: 'operator', text: 'An operator looks at the payment and decides. Do not pay again.' }
  if (reason === 'not_found')
    return {
      what: 'transaction',
      text: 'The chain does not show the transaction yet. If it was sent long ago, check the hash and the chain.',
    }
  if (reason === 'no_receipt')
    return { what: 'transaction', text: 'The transaction is not in a block yet. Nothing is needed from you.' }
  return {
    what: 'chain',
    text: 'The chain gives no usable answer at the moment. It is asked again by itself; do not pay again.',
  }
}
