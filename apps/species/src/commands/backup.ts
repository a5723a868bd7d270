import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openPglite } from '@species/database'
import { auditBooks } from '@species/marketplace'
import { Secret, masterKeyId } from '@species/platform'
import { z } from 'zod'
import { backupsIn } from '../operations/backups.ts'
import { type BackupManifest, damageOf, readManifest } from '../processes/backup-manifest.ts'
import { DataDirectory } from '../processes/data-directory.ts'
import { readSettings } from '../settings/settings.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { wrongUse } from './wrong-use.ts'

/** `backup`, `restore`: the embedded database, while it runs and elsewhere. */
export const backupRows: readonly CommandRow[] = [
  {
    name: 'backup',
    usage: '<directory>',
    summary: 'copy the embedded database while it runs, as of one moment, and verify the copy',
    details:
      'The directory must not exist. The copy is opened and audited before this command says that it is good. Secrets in it are sealed: without the master key it is of no use, so save that too, elsewhere (--keys).',
    options: [['--keys <file>', 'also write the master key and the operator’s key to this new file']],
    run: backup,
  },
  {
    name: 'restore',
    usage: '<directory>',
    summary: 'make the data directory from a backup',
    details:
      'SPECIES_DATA_DIR names the new data directory; it must not hold a marketplace. Every file is compared with the backup’s manifest, and the ledger is audited. What was accepted after the backup is not in it.',
    options: [['--keys <file>', 'the file that `backup --keys` wrote; without it SPECIES_MASTER_KEY is needed']],
    run: restore,
  },
]

const keysSchema = z.strictObject({ masterKey: z.string().min(32), operator: z.unknown().optional() })

async function backup(call: CommandCall): Promise<void> {
  const to = resolve(call.args[0] ?? '')
  const keysFile = call.options.text('keys')
  if (existsSync(to)) throw wrongUse(`${to} exists already: name a new directory.`)
  if (keysFile !== undefined && `${resolve(keysFile)}${sep}`.startsWith(`${to}${sep}`))
    throw wrongUse('--keys: a key beside what it opens protects nothing. Name a file elsewhere.')
  const { directory, made } = await call.over('operator', async ({ client, directory }) => {
    const started = (await client.request('POST', '/admin/v1/backups')).body as Progress
    return { directory, made: await untilDone(call, started, (path) => client.request('GET', path)) }
  })
  const from = join(backupsIn(directory), made.backupId)
  const breaches = await verify(call, from)
  if (breaches.length > 0) throw new Error(`The backup in ${from} is not good:\n${breaches.join('\n')}`)
  await move(from, to)
  if (keysFile !== undefined) await writeKeys(call, directory, keysFile)
  const { totalBytes, frozenMs = 0 } = made
  const answer = { directory: to, bytes: totalBytes, frozenMs, ...(keysFile === undefined ? {} : { keys: keysFile }) }
  const advice =
    keysFile === undefined
      ? `It opens only with the master key: save ${join(directory.path, 'master.key')} or SPECIES_MASTER_KEY elsewhere.`
      : `${keysFile} has the keys: keep it elsewhere, encrypted.`
  call.print(
    answer,
    `${to} is a good backup (${inMib(totalBytes)}; nothing was decided for ${frozenMs} ms).\n${advice}`,
  )
}

interface Progress {
  readonly backupId: string
  readonly state: 'running' | 'done' | 'failed'
  readonly copiedBytes: number
  readonly totalBytes: number
  readonly frozenMs?: number
  readonly problem?: string
}

const askMs = 250

async function untilDone(
  call: CommandCall,
  started: Progress,
  ask: (path: string) => Promise<{ body: unknown }>,
): Promise<Progress> {
  let now = started
  let told = 0
  while (now.state === 'running') {
    const percent = Math.floor((100 * now.copiedBytes) / Math.max(1, now.totalBytes))
    if (percent >= told + 10) call.note(`Copying: ${(told = percent)} % of ${inMib(now.totalBytes)} …`)
    await pause(askMs)
    now = (await ask(`/admin/v1/backups/${encodeURIComponent(started.backupId)}`)).body as Progress
  }
  if (now.state === 'failed') throw new Error(`The backup failed: ${now.problem ?? 'see the log'}`)
  return now
}

/** What is wrong with a backup: its files, or what the database in it says. The backup itself is only read. */
async function verify(call: CommandCall, from: string): Promise<string[]> {
  call.note('Verifying: every file, then the ledger and the book of a throw-away copy …')
  const damaged = await damageOf(from, () => undefined)
  if (damaged.length > 0) return damaged.map((path) => `${path} is missing, altered, or was not there`)
  const scratch = mkdtempSync(join(tmpdir(), 'species-verify-'))
  try {
    await cp(join(from, 'database'), scratch, { recursive: true })
    return await audit(scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function audit(path: string): Promise<string[]> {
  const database = await openPglite(path)
  try {
    return await auditBooks(database)
  } finally {
    await database.close()
  }
}

/** Another disk cannot be renamed to: then it is copied under a name that says that it is not whole. */
async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await rename(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
    await cp(from, `${to}.unfinished`, { recursive: true })
    await rename(`${to}.unfinished`, to)
    await rm(from, { recursive: true, force: true })
  }
}

async function writeKeys(call: CommandCall, directory: DataDirectory, file: string): Promise<void> {
  const [given] = readSettings(call.terminal.environment).masterKeys ?? []
  const masterKey = given?.reveal() ?? readFileSync(join(directory.path, 'master.key'), 'utf8').trim()
  const operator = directory.readKey('operator')
  await writeFile(file, JSON.stringify({ masterKey, operator }), { mode: 0o600, flag: 'wx' })
}

async function restore(call: CommandCall): Promise<void> {
  const from = resolve(call.args[0] ?? '')
  const settings = readSettings(call.terminal.environment)
  if (settings.database.kind !== 'embedded')
    throw wrongUse('restore: makes an embedded database, and DATABASE_URL names a server. See docs/restore.md.')
  const manifest = readManifest(from)
  const keys = keysFor(call, manifest, settings.masterKeys)
  const target = resolve(settings.dataDirectory)
  if (existsSync(target) && (await readdir(target)).length > 0)
    throw wrongUse(`${target} is not empty, and nothing was changed there. Set SPECIES_DATA_DIR to a new directory.`)
  call.note(`Restoring ${basename(from)}, made ${manifest.createdAt} by version ${manifest.version} …`)
  const damaged = await damageOf(from, () => undefined)
  if (damaged.length > 0) throw new Error(`The backup is damaged, and nothing was made: ${damaged.join(', ')}`)
  const unfinished = `${target}.restoring`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  await cp(from, unfinished, { recursive: true })
  await rm(join(unfinished, 'backup.json'))
  const restored = new DataDirectory(unfinished)
  const breaches = await audit(restored.database)
  if (breaches.length > 0) throw new Error(`The ledger of the backup is not right:\n${breaches.join('\n')}`)
  if (keys) restored.restoreKeys(keys)
  await rm(target, { recursive: true, force: true })
  await rename(unfinished, target)
  call.print(
    { directory: target, createdAt: manifest.createdAt, version: manifest.version },
    [
      `${target} is as it was at ${manifest.createdAt}; its ledger and book are right.`,
      'Start it, then: `npx species reconcile` (what partners did since is news to it) and `npx species doctor`.',
    ].join('\n'),
  )
}

/** The keys of the file, where one is named. Throws where no key that is there opens the backup: nothing is made then. */
function keysFor(
  call: CommandCall,
  manifest: BackupManifest,
  given: readonly Secret[] | undefined,
): z.infer<typeof keysSchema> | undefined {
  const file = call.options.text('keys')
  const keys = file === undefined ? undefined : keysSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const ids = [...(keys ? [new Secret(keys.masterKey)] : []), ...(given ?? [])].map((key) => masterKeyId(key))
  if (!ids.some((id) => manifest.masterKeys.includes(id)))
    throw new Error(
      `No key here opens this backup (it wants ${manifest.masterKeys.join(' or ')}): name the file of its keys with --keys, or set SPECIES_MASTER_KEY. Nothing was made.`,
    )
  return keys
}

const inMib = (bytes: number): string => `${(bytes / 1_048_576).toFixed(0)} MiB`
