import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { Fault } from '@species/kernel'
import { z } from 'zod'

/**
 * The files of a data directory. Everything secret in it is readable by its owner alone. Looking makes nothing: the directory
 * itself is made with the first file that is written.
 */
export class DataDirectory {
  readonly path: string
  constructor(path: string) {
    this.path = path
  }

  get database(): string {
    return join(this.path, 'database')
  }
  /** There while the embedded database is being made: it has accepted nothing yet. */
  get databaseUnfinished(): string {
    return join(this.path, 'database.unfinished')
  }
  get hasDatabase(): boolean {
    return existsSync(this.database) && !existsSync(this.databaseUnfinished)
  }
  get sandboxJournal(): string {
    return join(this.path, 'sandbox.jsonl')
  }

  /** The public keys of receipts, kept here so that a receipt can be verified without asking anybody. */
  get publicKeysFile(): string {
    return join(this.path, 'receipt-keys.json')
  }
  writePublicKeys(keys: readonly object[]): void {
    const text = JSON.stringify({ keys }, null, 2)
    if (existsSync(this.publicKeysFile) && readFileSync(this.publicKeysFile, 'utf8') === text) return
    this.#write(this.publicKeysFile, text)
  }

  /**
   * The master key of a data directory that was given none: made with the directory, before anything is sealed with it. Throws a
   * Fault, and writes nothing, where the directory was used before and the key is lost: a new one would open nothing.
   */
  masterKey(): string {
    const file = join(this.path, 'master.key')
    if (!existsSync(file)) {
      if (this.hasDatabase || existsSync(this.publicKeysFile)) throw masterKeyLost(file, 'is missing')
      this.#writeOnce(file, () => randomBytes(32).toString('hex'))
    }
    const key = readFileSync(file, 'utf8').trim()
    if (key.length < 32) throw masterKeyLost(file, 'has lost its content')
    return key
  }

  /** Puts the keys of a backup into a directory that has none. Throws where the operator's key is not one that this version reads. */
  restoreKeys({ masterKey, operator }: { readonly masterKey: string; readonly operator?: unknown }): void {
    this.#writeOnce(join(this.path, 'master.key'), () => masterKey)
    if (operator !== undefined) this.writeKey('operator', localKeySchema.parse(operator))
  }

  /** A key that signs requests from this directory: the operator's, or a user's that was made here. */
  readKey(name: string): LocalKey | undefined {
    const file = this.#keyFile(name)
    return existsSync(file) ? localKeySchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
  }
  /** Under which name the successor of a key waits until the marketplace knows it. No user can be called so. */
  static nextOf(name: string): string {
    return `${name}.next`
  }
  /** The key of that name, made if there is none; of several processes that make one at once, all get the same. */
  ensureKey(name: string, make: () => LocalKey): LocalKey {
    const file = this.#keyFile(name)
    this.#writeOnce(file, () => JSON.stringify(make(), null, 2))
    return localKeySchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  }
  writeKey(name: string, key: LocalKey): string {
    const file = this.#keyFile(name)
    this.#write(file, JSON.stringify(key, null, 2))
    return file
  }

  /** Puts a key in the place of another in one step, and answers with its file. */
  renameKey(from: string, to: string): string {
    const file = this.#keyFile(to)
    renameSync(this.#keyFile(from), file)
    return file
  }

  /** Where the process that works on this directory answers. A note that came here with a copy is not of this directory. */
  readRunning(): Running | undefined {
    const file = join(this.path, 'running.json')
    if (!existsSync(file)) return undefined
    const { place, ...running } = runningSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return place === undefined || place === this.#place() ? running : undefined
  }
  writeRunning(running: Running): void {
    this.#write(join(this.path, 'running.json'), JSON.stringify({ ...running, place: this.#place() }))
  }
  /** Takes the note away, unless another process has written its own over it. */
  clearRunning(url: string): void {
    if (this.readRunning()?.url === url) rmSync(join(this.path, 'running.json'), { force: true })
  }

  /** What a copy of the directory has not: its place on the disk. */
  #place(): string {
    const { dev, ino } = statSync(this.path, { bigint: true })
    return `${dev}:${ino}`
  }

  #keyFile(name: string): string {
    if (!/^[A-Za-z0-9_-]{1,64}(?:\.(?:payout|confirm))?(?:\.next)?$/.test(name))
      throw new Error(`not a key name: ${name}`)
    return join(this.path, 'keys', `${name}.json`)
  }

  /** A reader never sees half a file. */
  #write(file: string, text: string): void {
    this.#viaFresh(file, text, renameSync)
  }

  /** A link to a name that exists fails: the first of several processes has the word. */
  #writeOnce(file: string, make: () => string): void {
    if (existsSync(file)) return
    this.#viaFresh(file, make(), (fresh) => {
      try {
        linkSync(fresh, file)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
    })
  }

  #viaFresh(file: string, text: string, put: (fresh: string, file: string) => void): void {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const fresh = `${file}.${process.pid}`
    try {
      writeFileSync(fresh, text, { mode: 0o600 })
      put(fresh, file)
    } finally {
      rmSync(fresh, { force: true })
    }
  }
}

function masterKeyLost(file: string, what: string): Fault {
  return new Fault('master_key_lost', {
    retryable: false,
    publicMessage: [
      `${file} ${what}, and this data directory was used before. What is sealed with that key (the key that signs receipts, HMAC secrets) opens with no other, so nothing was started and nothing was written.`,
      'Put the file back from a backup, or set SPECIES_MASTER_KEY to the key that was used. If this is play data, start anew in another SPECIES_DATA_DIR.',
    ].join('\n'),
  })
}

const runningSchema = z.object({
  url: z.string(),
  sandboxUrl: z.string().optional(),
  /** What signatures must name, where that is not the address at which the process is called here. */
  publicUrl: z.string().optional(),
  /** Of the process: made at its start, and told by its `/health/live`. */
  instance: z.string().optional(),
  place: z.string().optional(),
})
export type Running = Omit<z.infer<typeof runningSchema>, 'place'>

const localKeySchema = z.discriminatedUnion('alg', [
  z.object({ alg: z.literal('ed25519'), keyId: z.string(), privateKey: z.string(), publicKey: z.string() }),
  z.object({ alg: z.literal('hmac'), keyId: z.string(), secret: z.string() }),
])
export type LocalKey = z.infer<typeof localKeySchema>
