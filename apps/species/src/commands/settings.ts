import { checkDurability, openPostgres, parsePostgresAddress, startRefusal } from '@species/database'
import type { Secret } from '@species/platform'
import { type Settings, readSettings, redacted } from '../settings/settings.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

/** `settings check`: what this process would run with. */
export const settingsRows: readonly CommandRow[] = [
  {
    name: 'settings check',
    summary: 'read the environment, say what is wrong or what it means; secrets do not print',
    async run(call: CommandCall): Promise<void> {
      const settings = readSettings(call.terminal.environment)
      const losses = await lossesOf(settings)
      const shown = { ...redacted(settings), losses }
      const partner = (real: unknown): string => (real === undefined ? 'sandbox' : 'real')
      const words = [
        `database   ${settings.database.kind === 'embedded' ? `embedded in ${settings.dataDirectory}` : `Postgres, with ${settings.database.replicas.length} read replicas`}`,
        ...losses.map((loss) => `           ! ${loss}`),
        `bus        ${settings.nats ? `NATS JetStream, ${encryptionOf(settings.nats.url, settings.nats.tls?.ca)}: shared by every process with this address` : 'in this process: unfinished events are driven again at the next start'}`,
        `cache      ${settings.redis ? `memory before Redis, ${encryptionOf(settings.redis.url, settings.redis.ca)}: its loss costs speed, and makes the rate limit each process's own` : 'in this process'}`,
        `Onli Cloud ${partner(settings.onli)}`,
        `Moralis    ${partner(settings.moralis)}`,
        `TRON       ${partner(settings.tron)}`,
        `Firefly    ${settings.firefly ? settings.firefly.url : 'none: no book follows the ledger'}`,
        `HTTP       ${settings.host}:${settings.port}`,
      ]
      call.print(shown, words.join('\n'))
    },
  },
]

/** Whether such servers are spoken to over TLS, and whose certificates they must show. */
function encryptionOf(url: Secret, ca: string | undefined): string {
  if (!/^(?:tls|rediss):/.test(url.reveal())) return 'in plaintext'
  return `over TLS with a certificate of ${ca ?? 'an authority that Node knows'}`
}

/** What could be lost on this database, in plain words; that it does not answer is said too. */
async function lossesOf({ database }: Settings): Promise<readonly string[]> {
  if (database.kind === 'embedded')
    return ['A power cut can lose trades that were acknowledged: use DATABASE_URL for real money.']
  const url = database.url.reveal()
  const postgres = openPostgres(url, { poolSize: 1, statementTimeoutMs: 5_000 })
  try {
    const durability = await checkDurability(postgres)
    const isRefused = startRefusal(durability, parsePostgresAddress(url).hosts.length) !== undefined
    const refused = 'No process starts on this database: several hosts are named, and what follows would be lost.'
    return isRefused ? [refused, ...durability.losses] : durability.losses
  } catch (error) {
    return [`The server could not be asked what it can lose: ${error instanceof Error ? error.message : String(error)}`]
  } finally {
    await postgres.close()
  }
}
