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

/** Open challenges of one user. */
export const maxChallengesOfUser = 20

/** Keeps a challenge, under the lock of its user. Beyond the bound their oldest is dropped: its answer comes too late. */
export async function insertChallenge(tx: Sql, challenge: Challenge): Promise<void> {
  await tx.query(
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
  await tx.query(
    `DELETE FROM authenticator.wallet_challenges WHERE challenge_id IN (SELECT challenge_id FROM authenticator.wallet_challenges
     WHERE onli_id = $1 ORDER BY expires_at DESC, challenge_id DESC OFFSET ${maxChallengesOfUser})`,
    [challenge.onliId],
  )
}

/** Drops a user's challenges for an address that is theirs no more: what they signed before proves nothing after it. */
export async function dropChallenges(tx: Sql, { family, address, onliId }: Omit<Wallet, 'provenAtMs'>): Promise<void> {
  await tx.query('DELETE FROM authenticator.wallet_challenges WHERE onli_id = $1 AND family = $2 AND address = $3', [
    onliId,
    family,
    address,
  ])
}

/** What a user has of wallets, and has asked for: proven and not given up, and all that they proved or asked for since a time. */
export async function countWallets(
  tx: Sql,
  onliId: string,
  sinceMs: number,
): Promise<{ readonly held: number; readonly lately: number }> {
  const [row] = await tx.query<{ held: bigint; lately: bigint }>(
    `SELECT (SELECT count(*) FROM authenticator.wallets WHERE onli_id = $1 AND released_at IS NULL)
        + (SELECT count(*) FROM authenticator.wallet_transfers WHERE to_onli_id = $1 AND status IN ('pending', 'objected')) AS held,
       (SELECT count(*) FROM authenticator.wallets WHERE onli_id = $1 AND proven_at > $2)
        + (SELECT count(*) FROM authenticator.wallet_transfers WHERE to_onli_id = $1 AND requested_at > $2) AS lately`,
    [onliId, toTimestamp(sinceMs)],
  )
  return { held: Number(row?.held ?? 0n), lately: Number(row?.lately ?? 0n) }
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
  return await ownerOf(tx, wallet)
}

/** Who owns an address now. */
export async function ownerOf(tx: Sql, wallet: Pick<Wallet, 'family' | 'address'>): Promise<Wallet | undefined> {
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

/** Forgets challenges that have expired, in bounded steps. */
export async function purgeChallenges(sql: Sql, nowMs: number): Promise<void> {
  const step = 5_000
  for (;;) {
    const gone = await sql.query(
      `DELETE FROM authenticator.wallet_challenges WHERE challenge_id IN
         (SELECT challenge_id FROM authenticator.wallet_challenges WHERE expires_at < $1 ORDER BY expires_at LIMIT ${step})
       RETURNING 1 AS gone`,
      [toTimestamp(nowMs)],
    )
    if (gone.length < step) return
  }
}

function fromRow(row: WalletRow): Wallet {
  return { family: row.family, address: row.address, onliId: row.onli_id, provenAtMs: row.proven_at.getTime() }
}
