import {
  type Chain,
  type ChainTransaction,
  type ErrorCode,
  type PinnedConfig,
  type WalletOwner,
  hashForm,
  normaliseHash,
  usdtOf,
  comparable,
} from '@species/contracts'
import { type Outcome, unknown } from '@species/kernel'
import { type RuleVersions, rulesFor } from '../domain/chain-rules.ts'
import { type Judgement, judgePayment } from '../domain/judge-payment.ts'
import type { ValidatorDeps } from './deps.ts'

export interface ProofRequest {
  readonly chain: Chain
  readonly proof: string
  readonly logIndex: number | undefined
  readonly payer: string
  /** The configuration of accept. */
  readonly pinned: PinnedConfig
  readonly vouched: boolean
  readonly approved?: boolean
  /** Set for an event that cites a quote: only this address counts. Where it is the quote's own, so does any sender. */
  readonly quoted?: { readonly address: string; readonly isShared: boolean }
}

/** An answer, and what it rests on: `versions` where the transaction was there to be judged. */
export type Proof = (
  | (Extract<Judgement, { kind: 'pays' }> & { readonly transaction: ChainTransaction })
  | { readonly kind: 'no'; readonly code: ErrorCode; readonly detail: string }
  | Extract<Judgement, { kind: 'wait' | 'review' }>
) & { readonly versions?: RuleVersions }

/** Why everything on a halted chain waits. */
export const halted = { kind: 'wait', reason: 'chain_halted' } as const

/** What a chain shows of one transaction and who has proven the wallets that sent in it: asked once for all who cite it. */
export interface Citation {
  outcome(): Promise<Outcome<ChainTransaction>>
  walletOwners(): Promise<Map<string, WalletOwner>>
}

export function cite(deps: ValidatorDeps, chain: Chain, proof: string): Citation {
  const read = async (): Promise<Outcome<ChainTransaction>> => {
    const hash = normaliseHash(chain, proof)
    return hash === undefined ? unknown('the proof is no hash') : await readTransaction(deps, chain, hash)
  }
  const readOwners = async (): Promise<Map<string, WalletOwner>> => {
    const shown = await outcome()
    if (shown.kind !== 'yes') return new Map()
    const usdt = shown.value.transfers.filter(
      ({ tokenAddress }) => comparable(chain, tokenAddress) === usdtOf(chain).address,
    )
    const senders = new Set(usdt.map((transfer) => comparable(chain, transfer.fromAddress)))
    return await deps.authenticator.walletOwners(chain, [...senders], shown.value.blockTimeMs)
  }
  let asked: Promise<Outcome<ChainTransaction>> | undefined
  let owners: Promise<Map<string, WalletOwner>> | undefined
  const outcome = (): Promise<Outcome<ChainTransaction>> => (asked ??= read())
  return { outcome, walletOwners: () => (owners ??= readOwners()) }
}

/** Asks the chain and judges what it shows. Never inside a transaction; never throws for what a partner does. */
export async function prove(
  deps: ValidatorDeps,
  request: ProofRequest,
  citation = cite(deps, request.chain, request.proof),
): Promise<Proof> {
  const { chain, pinned } = request
  const [current, history] = await Promise.all([deps.config.current(), deps.config.chainHistory()])
  if (current.config.chains[chain].halted) return halted
  const hash = normaliseHash(chain, request.proof)
  if (hash === undefined) {
    return {
      kind: 'no',
      code: 'proof_unsupported',
      detail: `A proof on ${chain} is a transaction hash: ${hashForm(chain)}.`,
    }
  }
  // Of a chain that was open once, only the time of the block says whether the payment counts.
  if (!history.some(({ chains }) => chains[chain].enabled))
    return { kind: 'no', code: 'chain_disabled', detail: `Payments on ${chain} are not taken.` }
  const outcome = await citation.outcome()
  if (outcome.kind === 'no') return { kind: 'no', ...outcome.refusal }
  if (outcome.kind !== 'yes') return { kind: 'wait', reason: outcome.reason }
  const transaction = outcome.value
  const { quoted } = request
  const inForce = rulesFor(chain, transaction.blockTimeMs, { pinned, current, history })
  const rules = quoted ? { ...inForce, ...onlyAt(comparable(chain, quoted.address)) } : inForce
  const judged = judgePayment({
    transaction,
    rules,
    payer: request.payer,
    logIndex: request.logIndex,
    walletOwners: await citation.walletOwners(),
    vouched: request.vouched,
    byAddress: quoted?.isShared === false,
    approved: request.approved ?? false,
  })
  const { versions } = rules
  return judged.kind === 'pays' ? { ...judged, transaction, versions } : { ...judged, versions }
}

function onlyAt(address: string): { ours: ReadonlySet<string>; everOurs: ReadonlySet<string> } {
  const ours = new Set([address])
  return { ours, everOurs: ours }
}

/** The reader of a chain, asked; `seenInBlock` where the transaction was seen before. */
export async function readTransaction(
  deps: Pick<ValidatorDeps, 'chainReaders'>,
  chain: Chain,
  hash: string,
  seenInBlock?: number,
): Promise<Outcome<ChainTransaction>> {
  const reader = deps.chainReaders.find((candidate) => candidate.chains.includes(chain))
  return reader ? await reader.transaction(chain, hash, seenInBlock) : unknown(`nobody reads ${chain}`)
}
