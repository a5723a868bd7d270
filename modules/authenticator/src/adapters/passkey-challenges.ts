import type { Database, Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** What an authenticator is asked to sign, and what its answer is for. */
export interface PasskeyChallenge {
  /** Random: 32 bytes in base64url; of a wallet 16 in hexadecimal. */
  readonly challenge: string
  readonly purpose: 'register' | 'sign-in' | 'invitation' | 'wallet'
  readonly onliId?: string | undefined
  readonly operatorId?: string | undefined
  readonly userHandle?: string | undefined
  /** The browser's key that the answer enrols. */
  readonly publicKey?: string | undefined
}

/** Whose part of the bound a challenge counts for. */
export type Share = { readonly person: string } | { readonly network: string }

/** How long an answer is taken. */
export const passkeyChallengeMs = 5 * 60_000
/** Open challenges of all networks together. They push out none of people who are known: those are bounded by their number. */
const maxChallenges = 10_000
/** Of these, one network's: a hundredth. Those behind one proxy share it. */
export const maxChallengesOfNetwork = 100
/** Of these, one person's. */
const maxChallengesOfPerson = 10

/** Keeps a challenge. Beyond a bound the oldest of that share, or of all networks, is dropped: its answer comes too late. */
export async function insertChallenge(
  database: Database,
  given: PasskeyChallenge,
  share: Share,
  nowMs: number,
): Promise<void> {
  const [name, most] =
    'person' in share
      ? [`person:${share.person}`, maxChallengesOfPerson]
      : [`network:${share.network}`, maxChallengesOfNetwork]
  await database.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO authenticator.passkey_challenges (challenge, purpose, share, onli_id, operator_id, user_handle, public_key, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        given.challenge,
        given.purpose,
        name,
        given.onliId ?? null,
        given.operatorId ?? null,
        given.userHandle ?? null,
        given.publicKey ?? null,
        toTimestamp(nowMs + passkeyChallengeMs),
      ],
    )
    // One that is being used, or dropped by another process, is left to it.
    await tx.query(
      `DELETE FROM authenticator.passkey_challenges WHERE seq IN (SELECT seq FROM authenticator.passkey_challenges
       WHERE share = $1 ORDER BY seq DESC OFFSET ${most} FOR UPDATE SKIP LOCKED)`,
      [name],
    )
    await tx.query(
      `DELETE FROM authenticator.passkey_challenges WHERE seq IN (SELECT seq FROM authenticator.passkey_challenges
       WHERE share LIKE 'network:%' ORDER BY seq DESC OFFSET ${maxChallenges} FOR UPDATE SKIP LOCKED)`,
    )
  })
}

/** Takes a challenge out: of two that come with it one gets it. Undefined: it is not there, or its time is over. */
export async function takeChallenge(
  tx: Sql,
  challenge: string,
  purpose: PasskeyChallenge['purpose'],
  nowMs: number,
): Promise<PasskeyChallenge | undefined> {
  const [row] = await tx.query<{
    onli_id: string | null
    operator_id: string | null
    user_handle: string | null
    public_key: string | null
    expires_at: Date
  }>(
    `DELETE FROM authenticator.passkey_challenges WHERE challenge = $1 AND purpose = $2
     RETURNING onli_id, operator_id, user_handle, public_key, expires_at`,
    [challenge, purpose],
  )
  if (!row || row.expires_at.getTime() <= nowMs) return undefined
  return {
    challenge,
    purpose,
    onliId: row.onli_id ?? undefined,
    operatorId: row.operator_id ?? undefined,
    userHandle: row.user_handle ?? undefined,
    publicKey: row.public_key ?? undefined,
  }
}

export async function purgePasskeyChallenges(sql: Sql, nowMs: number): Promise<void> {
  await sql.query('DELETE FROM authenticator.passkey_challenges WHERE expires_at < $1', [toTimestamp(nowMs)])
}
