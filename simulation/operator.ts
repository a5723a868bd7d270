import type { Endpoint } from '@species/http'
import { simulatedChain } from './partners/chain.ts'
import type { Process } from './process.ts'
import type { Setting } from './setting.ts'

type Call = Parameters<Endpoint['handle']>[0]

/**
 * What a person does who looks after the marketplace: he asks Onli Cloud himself what became of each open review, and decides.
 * Answers with how many he has decided.
 */
export async function decideReviews({ vaults, trace }: Setting, process: Process): Promise<number> {
  const { reviews } = (await ask(process, 'get', '/admin/v1/reviews', { query: { state: 'open' } })) as {
    reviews: { eventKey: string }[]
  }
  for (const { eventKey } of reviews) {
    const decision = vaults.moved(eventKey).length > 0 ? 'confirm' : 'refuse'
    trace.note(`operator ${decision} ${eventKey.slice(-6)}`)
    const body = { decision, reason: 'the model was asked what it has done' }
    // Decided, and yet no good answer: the bus took nothing. He does not ask twice, the decision is stored.
    await ask(process, 'post', '/admin/v1/reviews/{eventKey}', { params: { eventKey }, body }).catch(() => {
      trace.note(`operator got no answer ${eventKey.slice(-6)}`)
    })
  }
  return reviews.length
}

/**
 * What he does for a payer whose payment the indexer had lost: he claims it for him, once it is there again. Answers with how many he
 * has claimed; where somebody had claimed it, or it never was, nothing happens.
 */
export async function claimWhatIsBack({ chain, clock, trace }: Setting, process: Process): Promise<number> {
  let claimed = 0
  for (const payment of chain.payments.values()) {
    const { hash, payer, backAtMs, isLost } = payment
    if (!isLost || clock.now() < backAtMs) continue
    const body = { chain: simulatedChain, proof: hash, payer, reason: 'the model has it again' }
    const answer = await ask(process, 'post', '/admin/v1/claims', { body }).then(
      () => 'claimed',
      (error: unknown) => String(error),
    )
    trace.note(`operator ${hash.slice(-6)} ${answer}`)
    if (answer === 'claimed') claimed++
  }
  return claimed
}

async function ask(process: Process, method: string, path: string, more: object = {}): Promise<unknown> {
  const endpoint = process.endpoints.find(({ spec }) => spec.method === method && spec.path === path)
  if (!endpoint) throw new Error(`no endpoint ${method} ${path}`)
  const principal = { onliId: 'operator', keyId: 'key-operator' }
  const changed = (): void => undefined
  return await (await endpoint.handle({ principal, trace: '', changed, ...more } as unknown as Call)).json()
}
