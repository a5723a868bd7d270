import { chainFacts, normaliseHash } from '@species/contracts/chains'
import type { ChainTransaction, ChainTransfer, WalletOwner } from '@species/contracts'
import { describe, expect, test } from 'vitest'
import type { ChainRules } from './chain-rules.ts'
import { type PaymentQuestion, judgePayment } from './judge-payment.ts'
import { toMicro } from '@species/contracts/transfers'

const payer = '0x1111111111111111111111111111111111111111'
const stranger = '0x2222222222222222222222222222222222222222'
const ours = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'
const provenAtMs = 1_000_000
const blockTimeMs = 2_000_000

const transfer = (more: Partial<ChainTransfer> = {}): ChainTransfer => ({
  logIndex: 3,
  tokenAddress: chainFacts.ETH.usdt.address,
  fromAddress: payer,
  toAddress: ours,
  rawValue: 12_500_000n,
  ...more,
})
const transaction = (more: Partial<ChainTransaction> = {}): ChainTransaction => ({
  chain: 'ETH',
  hash: `0x${'a'.repeat(64)}`,
  succeeded: true,
  blockNumber: 100,
  blockTimeMs,
  confirmations: 12,
  transfers: [transfer()],
  ...more,
})
const owner = (onliId: string, atMs = provenAtMs): WalletOwner => ({ address: payer, onliId, provenAtMs: atMs })
const rules = (more: Partial<ChainRules> = {}): ChainRules => ({
  isOpen: true,
  ours: new Set([ours]),
  everOurs: new Set([ours]),
  isKnown: true,
  compromised: new Set(),
  denied: new Set(),
  confirmations: 12,
  versions: { accepted: 1, mined: [1], judged: 1 },
  ...more,
})
const question = (more: Partial<PaymentQuestion> = {}): PaymentQuestion => ({
  transaction: transaction(),
  rules: rules(),
  payer: 'alice',
  logIndex: undefined,
  walletOwners: new Map([[payer, owner('alice')]]),
  vouched: false,
  approved: false,
  ...more,
})
const one = (more: Partial<ChainTransfer>): Partial<PaymentQuestion> => ({
  transaction: transaction({ transfers: [transfer(more)] }),
})

describe('judgePayment refuses every look-alike for its own reason', () => {
  const table: [string, Partial<PaymentQuestion>, string][] = [
    ['same log, other contract', one({ tokenAddress: `0x${'d'.repeat(40)}` }), 'wrong_token'],
    ['the USDT contract of another chain', one({ tokenAddress: chainFacts.POLYGON.usdt.address }), 'wrong_token'],
    ['Approval instead of Transfer, or a missing log', { transaction: transaction({ transfers: [] }) }, 'no_transfer'],
    ['reverted, with logs', { transaction: transaction({ succeeded: false }) }, 'failed_transaction'],
    ['zero value (address poisoning)', one({ rawValue: 0n }), 'too_little'],
    [
      'a recipient that looks like ours',
      one({ toAddress: '0x5ec1e5aaaaaaaaaaaaaaaaaaaaaaaaaaaa050001' }),
      'wrong_recipient',
    ],
    ['somebody else’s payment', { walletOwners: new Map([[payer, owner('bob')]]) }, 'not_bound'],
    ['a wallet that nobody has proven', one({ fromAddress: stranger }), 'not_bound'],
    [
      'paid before the wallet was proven',
      { walletOwners: new Map([[payer, owner('alice', blockTimeMs + 60_000)]]) },
      'payment_before_wallet',
    ],
    ['another log than the one that was named', { logIndex: 4 }, 'no_transfer'],
  ]
  test.each(table)('%s', (_name, more, code) => {
    expect(judgePayment(question(more))).toMatchObject({ kind: 'no', code })
  })

  test('18 decimals read as 6: 10^12 base units on BSC are one micro-USDT, and less is nothing', () => {
    const bsc = (rawValue: bigint): PaymentQuestion =>
      question({
        transaction: transaction({
          chain: 'BSC',
          transfers: [transfer({ tokenAddress: chainFacts.BSC.usdt.address, rawValue })],
        }),
      })
    expect(judgePayment(bsc(10n ** 12n))).toMatchObject({ kind: 'pays', claimable: [{ amountMicro: 1n }] })
    expect(judgePayment(bsc(10n ** 12n - 1n))).toMatchObject({ kind: 'no', code: 'too_little' })
  })
})

describe('judgePayment', () => {
  test('takes every transfer of the transaction that is the payer’s, each by itself, and no other', () => {
    const transfers = [
      transfer({ logIndex: 1, rawValue: 1_500_000n }),
      transfer({ logIndex: 2, toAddress: stranger }),
      transfer({ logIndex: 5, rawValue: 938_500_000n }),
      transfer({ logIndex: 6, fromAddress: stranger }),
    ]
    const judged = judgePayment(question({ transaction: transaction({ transfers }) }))
    expect(judged).toMatchObject({
      kind: 'pays',
      claimable: [{ amountMicro: 1_500_000n }, { amountMicro: 938_500_000n }],
    })
  })

  test('looks at each transfer a few times, however many the transaction has', () => {
    /** How often a value is read while a transaction of so many equal transfers is judged: each place among those alike is a claim. */
    const readsOf = (count: number): number => {
      let reads = 0
      const transfers = Array.from({ length: count }, (_, logIndex) =>
        Object.defineProperty(transfer({ logIndex }), 'rawValue', {
          enumerable: true,
          get: () => (reads++, 1_000_000n),
        }),
      )
      const judged = judgePayment(question({ transaction: transaction({ transfers }) }))
      expect(judged).toMatchObject({ kind: 'pays' })
      return reads
    }
    expect(readsOf(2_000)).toBe(10 * readsOf(200))
  })

  test('waits for confirmations of what would pay, and never of what would not', () => {
    expect(judgePayment(question({ transaction: transaction({ confirmations: 11 }) }))).toMatchObject({ kind: 'wait' })
    const never = transaction({ confirmations: 0, transfers: [transfer({ toAddress: stranger })] })
    expect(judgePayment(question({ transaction: never }))).toMatchObject({ kind: 'no', code: 'wrong_recipient' })
  })

  test('an operator’s word replaces the wallet and nothing else', () => {
    const unproven = { walletOwners: new Map<string, WalletOwner>(), vouched: true }
    expect(judgePayment(question(unproven))).toMatchObject({ kind: 'pays' })
    expect(judgePayment(question({ ...unproven, ...one({ tokenAddress: stranger }) }))).toMatchObject({
      code: 'wrong_token',
    })
  })
})

describe('an operator’s word', () => {
  const word = (more: Partial<PaymentQuestion>): ReturnType<typeof judgePayment> =>
    judgePayment(question({ vouched: true, walletOwners: new Map(), ...more }))
  const bundle = transaction({
    transfers: [transfer(), transfer({ logIndex: 8, fromAddress: stranger }), transfer({ logIndex: 9, rawValue: 0n })],
  })

  test('is for one transfer: of several, one sender’s too, it must name which, and is told which there are', () => {
    const batch = transaction({ transfers: [transfer(), transfer({ logIndex: 8 })] })
    expect(word({ transaction: batch })).toMatchObject({ kind: 'no', code: 'invalid_request' })
    const unnamed = word({ transaction: bundle })
    expect(unnamed).toMatchObject({ kind: 'no', code: 'invalid_request' })
    expect(unnamed).toHaveProperty('detail', expect.stringContaining(`3 (from ${payer}), 8 (from ${stranger}).`))
    expect(word({ transaction: bundle, logIndex: 8 })).toMatchObject({
      kind: 'pays',
      claimable: [{ transfer: { logIndex: 8 } }],
    })
  })

  test('takes from nobody what came from a wallet that he had proven before', () => {
    const proven = (atMs: number): Partial<PaymentQuestion> => ({
      walletOwners: new Map([[payer, owner('bob', atMs)]]),
    })
    expect(word(proven(provenAtMs))).toMatchObject({ kind: 'no', code: 'not_bound' })
    expect(word({ ...proven(provenAtMs), payer: 'liquidity_pool' })).toMatchObject({ kind: 'no', code: 'not_bound' })
    expect(word({ ...proven(provenAtMs), payer: 'bob' })).toMatchObject({ kind: 'pays' })
    expect(word(proven(blockTimeMs + 60_000))).toMatchObject({ kind: 'pays' })
  })
})

describe('a hash is claimed in one form', () => {
  const digits = 'AbCdEf0123456789'.repeat(4)
  test.each([
    ['ETH', `0x${digits}`, `0x${digits.toLowerCase()}`],
    ['BSC', digits.toUpperCase(), `0x${digits.toLowerCase()}`],
    ['POLYGON', `0X${digits}`, undefined],
    ['TRON', digits, digits.toLowerCase()],
    ['TRON', `0x${digits}`, digits.toLowerCase()],
    ['ETH', 'npmt_test_123', undefined],
    ['ETH', '5077125051', undefined],
    ['TRON', digits.slice(1), undefined],
  ] as const)('%s %s', (chain, proof, normal) => {
    expect(normaliseHash(chain, proof)).toBe(normal)
  })

  test('base units become micro-USDT by the chain’s decimals', () => {
    expect(toMicro('BSC', 10n ** 15n)).toBe(1_000n)
    expect(toMicro('TRON', 532_079_999n)).toBe(532_079_999n)
  })
})

describe('a payment mined under a version of the configuration that cannot be read', () => {
  const unknown = { rules: rules({ isKnown: false }) }
  test('waits for an operator, and for no one but them', () => {
    expect(judgePayment(question(unknown))).toMatchObject({ kind: 'review', facts: { amountMicro: '12500000' } })
  })
  test('counts once an operator says so', () => {
    expect(judgePayment(question({ ...unknown, approved: true }))).toMatchObject({ kind: 'pays' })
  })
})

test('money from a denied sender is in review whatever an operator approves, and no operator’s claim credits it', () => {
  const denied = { rules: rules({ denied: new Set([payer]) }) }
  expect(judgePayment(question({ ...denied, approved: true }))).toMatchObject({ kind: 'review' })
  expect(judgePayment(question({ ...denied, vouched: true }))).toMatchObject({ kind: 'no', code: 'invalid_request' })
  expect(judgePayment(question())).toMatchObject({ kind: 'pays' })
})
