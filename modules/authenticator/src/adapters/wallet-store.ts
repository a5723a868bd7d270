import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import type { ChainFamily } from '@species/contracts'

export interface Wallet {
  readonly family: ChainFamily
  readonly address: string
  readonly onliId: string
  readonly provenAtMs: number
}

export interface Challenge {
  readonly challengeId: string
  readonly onliId: string
  readonly family: ChainFamily
  readonly address: string
  readonly text: string
  readonly expiresAtMs: number
}

interface WalletRow {
  readonly family: ChainFamily
  readonly address: string
  readonly onli_id: string
  readonly proven_at: Date
}

export async function insertChallenge(sql: Sql, challenge: Challenge): Promise<void> {
  await sql.query(
    `INSERT INTO authenticator.wallet_challenges (challenge_id, onli_id, family, address, text, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      challenge.challengeId,
      challenge.onliId,
      challenge.family,
      challenge.address,
      challenge.text,
      toTimestamp(challenge.expiresAtMs),
    ],
  )
}

/** A user's own challenge that still stands at this time. */
export async function findChallenge(
  sql: Sql,
  challengeId: string,
  onliId: string,
  nowMs: number,
): Promise<Challenge | undefined> {
  const [row] = await sql.query<
    Omit<WalletRow, 'proven_at'> & { challenge_id: string; text: string; expires_at: Date }
  >('SELECT * FROM authenticator.wallet_challenges WHERE challenge_id = $1 AND onli_id = $2 AND expires_at > $3', [
    challengeId,
    onliId,
    toTimestamp(nowMs),
  ])
  return (
    row && {
      challengeId: row.challenge_id,
      onliId: row.onli_id,
      family: row.family,
      address: row.address,
      text: row.text,
      expiresAtMs: row.expires_at.getTime(),
    }
  )
}

/** Takes the address for its owner unless it has one; answers who owns it after that, and stays it until the transaction ends. One of two racers wins. */
export async function claimWallet(tx: Sql, wallet: Wallet & { walletId: string }): Promise<Wallet | undefined> {
  // The owner may give it up between the two statements: then it is free, and taken by the second try.
  return (await tryToClaim(tx, wallet)) ?? (await tryToClaim(tx, wallet))
}

async function tryToClaim(tx: Sql, wallet: Wallet & { walletId: string }): Promise<Wallet | undefined> {
  await tx.query(
    `INSERT INTO authenticator.wallets (wallet_id, family, address, onli_id, proven_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (family, address) WHERE released_at IS NULL DO NOTHING`,
    [wallet.walletId, wallet.family, wallet.address, wallet.onliId, toTimestamp(wallet.provenAtMs)],
  )
  const [owner] = await tx.query<WalletRow>(
    `SELECT family, address, onli_id, proven_at FROM authenticator.wallets
     WHERE family = $1 AND address = $2 AND released_at IS NULL FOR UPDATE`,
    [wallet.family, wallet.address],
  )
  return owner && fromRow(owner)
}

export async function walletsOf(sql: Sql, onliId: string): Promise<Wallet[]> {
  const rows = await sql.query<WalletRow>(
    `SELECT family, address, onli_id, proven_at FROM authenticator.wallets
     WHERE onli_id = $1 AND released_at IS NULL ORDER BY proven_at, wallet_id LIMIT 1000`,
    [onliId],
  )
  return rows.map(fromRow)
}

/** Whether the user had it. */
export async function releaseWallet(sql: Sql, wallet: Omit<Wallet, 'provenAtMs'>, nowMs: number): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE authenticator.wallets SET released_at = $4
     WHERE family = $1 AND address = $2 AND onli_id = $3 AND released_at IS NULL RETURNING wallet_id`,
    [wallet.family, wallet.address, wallet.onliId, toTimestamp(nowMs)],
  )
  return rows.length > 0
}

/** Says since when a wallet of this user signs them in; undefined: it does not. False: they have no such wallet. */
export async function setWalletSignIn(
  tx: Sql,
  { onliId, address }: { onliId: string; address: string },
  sinceMs: number | undefined,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE authenticator.wallets SET sign_in_at = $3 WHERE family = 'EVM' AND address = $1 AND onli_id = $2 AND released_at IS NULL
     RETURNING wallet_id`,
    [address, onliId, sinceMs === undefined ? null : toTimestamp(sinceMs)],
  )
  return rows.length > 0
}

/** Whom a wallet signs in: its owner, if they allowed it and no one else has asked for the wallet. */
export async function walletThatSignsIn(tx: Sql, address: string): Promise<string | undefined> {
  const [row] = await tx.query<{ onli_id: string }>(
    `SELECT onli_id FROM authenticator.wallets w WHERE family = 'EVM' AND address = $1 AND released_at IS NULL AND sign_in_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM authenticator.wallet_transfers t
         WHERE t.family = 'EVM' AND t.address = w.address AND t.status IN ('pending', 'objected'))`,
    [address],
  )
  return row?.onli_id
}

export async function purgeChallenges(sql: Sql, nowMs: number): Promise<void> {
  await sql.query('DELETE FROM authenticator.wallet_challenges WHERE expires_at < $1', [toTimestamp(nowMs)])
}

function fromRow(row: WalletRow): Wallet {
  return { family: row.family, address: row.address, onliId: row.onli_id, provenAtMs: row.proven_at.getTime() }
}
