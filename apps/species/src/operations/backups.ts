import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, copyEmbedded } from '@species/database'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { type Clock, type Logger, type Secret, masterKeyId } from '@species/platform'
import { z } from 'zod'
import { writeManifest } from '../processes/backup-manifest.ts'
import type { DataDirectory } from '../processes/data-directory.ts'
import { version } from '../version.ts'

/** A database that is larger belongs on Postgres, whose backups need no second copy of everything. */
const maxBackupBytes = 16_384 * 1_048_576
/** Backups that lie in the data directory; `species backup` moves its own away. */
const maxBackups = 5

const backupSchema = z.strictObject({
  backupId: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  copiedBytes: z.number().int(),
  totalBytes: z.number().int(),
  frozenMs: z.number().optional().describe('how long nothing was decided'),
  problem: z.string().optional(),
})
type Backup = z.infer<typeof backupSchema>

interface BackupDeps {
  /** As it was opened; undefined where it is not embedded. */
  readonly freeze: Database['freeze']
  readonly directory: DataDirectory
  readonly masterKeys: readonly Secret[]
  readonly clock: Pick<Clock, 'now'>
  readonly log: Logger
}

/** Starts a copy of the embedded database while it works, and tells how it stands. One at a time. */
export function backupEndpoints(deps: BackupDeps): Endpoint[] {
  let latest: Backup | undefined
  const shared = { tag: 'Operations', access: 'operator' } as const
  return [
    endpoint(
      {
        ...shared,
        method: 'post',
        path: '/admin/v1/backups',
        operationId: 'startBackup',
        audit: { action: 'backup.start', target: () => 'database' },
        summary: 'Start a backup of the embedded database',
        description:
          'Copies it while it works, as of one moment, into `backups` of the data directory. The master key is not in it. While one runs, the answer is about that one. `species backup` starts one, verifies it and puts it where you say.',
        problems: ['invalid_request', 'service_unavailable'],
        responses: { 202: { description: 'It runs', schema: backupSchema } },
      },
      async () => {
        if (latest?.state === 'running') return json(202, latest)
        latest = await begin(deps)
        return json(202, latest)
      },
    ),
    endpoint(
      {
        ...shared,
        method: 'get',
        path: '/admin/v1/backups/{backupId}',
        operationId: 'getBackup',
        summary: 'How a backup stands',
        description: 'Of the latest that this process made.',
        params: z.object({ backupId: z.string().max(100) }),
        problems: ['not_found'],
        responses: { 200: { description: 'The backup', schema: backupSchema } },
      },
      ({ params }) => {
        if (latest?.backupId !== params.backupId) throw new Problem('not_found', 'This process made no such backup.')
        return json(200, latest)
      },
    ),
  ]
}

/** Where backups are before they are put elsewhere. */
export const backupsIn = (directory: DataDirectory): string => join(directory.path, 'backups')

async function begin(deps: BackupDeps): Promise<Backup> {
  const { freeze, directory } = deps
  if (!freeze)
    throw new Problem('invalid_request', 'The database is not embedded: back Postgres up with its own tools.')
  const home = backupsIn(directory)
  await mkdir(home, { recursive: true, mode: 0o700 })
  const names = await readdir(home)
  // One that was interrupted is no backup.
  for (const name of names.filter((one) => one.endsWith('.unfinished')))
    await rm(join(home, name), { recursive: true, force: true })
  if (names.filter((one) => !one.endsWith('.unfinished')).length >= maxBackups)
    throw new Problem('invalid_request', `There are ${maxBackups} backups in ${home} already: move them away.`)
  const totalBytes = await sizeOf(directory.database)
  await demandRoom(home, totalBytes)
  const stamp = new Date(deps.clock.now()).toISOString().replace(/[:.]/g, '-')
  const backup: Backup = {
    backupId: `${stamp}-${randomBytes(3).toString('hex')}`,
    state: 'running',
    copiedBytes: 0,
    totalBytes,
  }
  void make(deps, freeze, backup).catch((error: unknown) => {
    deps.log.error({ err: error }, 'a backup failed')
    Object.assign(backup, { state: 'failed', problem: error instanceof Error ? error.message : String(error) })
  })
  return backup
}

async function make(deps: BackupDeps, freeze: NonNullable<Database['freeze']>, backup: Backup): Promise<void> {
  const { directory, masterKeys, clock } = deps
  const to = join(backupsIn(directory), backup.backupId)
  const unfinished = `${to}.unfinished`
  const journal = directory.sandboxJournal
  const { frozenMs } = await copyEmbedded(directory.database, join(unfinished, 'database'), {
    freeze: async (work) =>
      await freeze(async () => {
        const done = await work()
        // The sandbox knows what it was asked until this moment, as a partner does.
        if (existsSync(journal)) await copyFile(journal, join(unfinished, 'sandbox.jsonl'))
        return done
      }),
    onProgress: (bytes) => {
      backup.copiedBytes += bytes
    },
  })
  if (existsSync(directory.publicKeysFile))
    await copyFile(directory.publicKeysFile, join(unfinished, 'receipt-keys.json'))
  const createdAt = new Date(clock.now()).toISOString()
  await writeManifest(unfinished, { version, createdAt, masterKeys: masterKeys.map((key) => masterKeyId(key)) })
  await rename(unfinished, to)
  deps.log.info({ backupId: backup.backupId, frozenMs, bytes: backup.totalBytes }, 'a backup was made')
  Object.assign(backup, { state: 'done', frozenMs: Math.round(frozenMs) })
}

/** A backup must not fill the disk that the database writes to. */
async function demandRoom(home: string, totalBytes: number): Promise<void> {
  if (totalBytes > maxBackupBytes)
    throw new Problem(
      'invalid_request',
      `The database has ${totalBytes} bytes, and more than ${maxBackupBytes} are not copied: move to Postgres.`,
    )
  const { bavail, bsize } = await statfs(home)
  if (bavail * bsize < totalBytes * 2)
    throw new Problem(
      'service_unavailable',
      `The disk of ${home} has ${bavail * bsize} bytes free, and a backup wants ${totalBytes * 2}. Make room.`,
      { retryAfterSeconds: 60 },
    )
}

async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size)
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0)
}
