import type { ChainLog, ChainTransaction } from './change.ts'
import type { ChainProfile } from './profile.ts'
import { parseAddress } from './address.ts'
import { checkBaseUnits, toBaseUnits } from './amount.ts'

/** One movement of tokens as the control API asks for it. */
export interface TransferWish {
  readonly token: string
  readonly from: string
  readonly to: string
  readonly amount?: string | undefined
  readonly baseUnits?: string | undefined
  readonly event?: 'Transfer' | 'Approval' | 'none' | undefined
}

interface Movement {
  readonly token: string
  readonly from: string
  readonly to: string
  readonly amount: string
  readonly event: 'Transfer' | 'Approval' | 'none'
}

export type BuiltTransaction =
  { readonly ok: true; readonly tx: ChainTransaction } | { readonly ok: false; readonly detail: string }

/** Makes the transaction that carries the wishes in order, or says what is wrong with them. Its block is filled in when mined. */
export function buildTransaction(
  profile: ChainProfile,
  wishes: readonly [TransferWish, ...TransferWish[]],
  success: boolean,
  random32: Buffer,
): BuiltTransaction {
  const movements: Movement[] = []
  for (const [index, wish] of wishes.entries()) {
    const movement = readWish(profile, wish)
    if (typeof movement === 'string')
      return { ok: false, detail: index === 0 ? movement : `transfers[${String(index - 1)}]: ${movement}` }
    movements.push(movement)
  }
  const [first] = movements
  if (first === undefined) return { ok: false, detail: 'at least one transfer is needed' }
  // EVM log indexes count within the block, so they rarely begin at 0; TRON's count within the transaction.
  let nextIndex = profile.family === 'evm' ? (random32[0] ?? 0) : 0
  const logs: ChainLog[] = []
  for (const { event, ...movement } of movements) {
    if (event !== 'none') logs.push({ index: nextIndex++, event, ...movement })
  }
  const hash = random32.toString('hex')
  return {
    ok: true,
    tx: {
      hash: profile.family === 'evm' ? `0x${hash}` : hash,
      block: 0,
      sender: first.from,
      contract: first.token,
      success,
      input: { to: first.to, amount: first.amount },
      logs,
    },
  }
}

/** The transaction as it is when it is mined again behind others: where log indexes count within the block they have moved. */
export function movedLogs(profile: ChainProfile, tx: ChainTransaction, by: number): ChainTransaction {
  if (profile.family !== 'evm') return tx
  return { ...tx, logs: tx.logs.map((log) => ({ ...log, index: log.index + by })) }
}

function readWish(profile: ChainProfile, wish: TransferWish): Movement | string {
  const token = wish.token === 'USDT' ? profile.usdt : parseAddress(profile, wish.token)
  if (token === undefined) return `token must be "USDT" or a contract address of ${profile.name}: ${wish.token}`
  const from = parseAddress(profile, wish.from)
  if (from === undefined) return `from is no address of ${profile.name}: ${wish.from}`
  const to = parseAddress(profile, wish.to)
  if (to === undefined) return `to is no address of ${profile.name}: ${wish.to}`
  const amount = readAmount(profile, wish)
  if (amount === undefined) {
    return `give either amount (a decimal string with at most ${String(profile.usdtDecimals)} places) or baseUnits (a string of digits)`
  }
  return { token, from, to, amount, event: wish.event ?? 'Transfer' }
}

// A look-alike token is read with the genuine one's decimals: the amount that would deceive is the one that looks right.
function readAmount(profile: ChainProfile, wish: TransferWish): string | undefined {
  if ((wish.amount === undefined) === (wish.baseUnits === undefined)) return undefined
  return wish.amount === undefined
    ? checkBaseUnits(wish.baseUnits ?? '')
    : toBaseUnits(wish.amount, profile.usdtDecimals)
}
