import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'

/** The files of a data directory. Everything secret in it is readable by its owner alone. */
export class DataDirectory {
  readonly path: string
  constructor(path: string) {
    this.path = path
    mkdirSync(path, { recursive: true, mode: 0o700 })
  }

  get database(): string {
    return join(this.path, 'database')
  }
  get sandboxJournal(): string {
    return join(this.path, 'sandbox.jsonl')
  }

  /** The public keys of receipts, kept here so that a receipt can be verified without asking anybody. */
  get publicKeysFile(): string {
    return join(this.path, 'receipt-keys.json')
  }
  writePublicKeys(keys: readonly object[]): void {
    this.#write(this.publicKeysFile, JSON.stringify({ keys }, null, 2))
  }

  /** The master key of a data directory that was given none: made once. */
  masterKey(): string {
    const file = join(this.path, 'master.key')
    this.#writeOnce(file, () => randomBytes(32).toString('hex'))
    return readFileSync(file, 'utf8').trim()
  }

  /** A key that signs requests from this directory: the operator's, or a user's that was made here. */
  readKey(name: string): LocalKey | undefined {
    const file = this.#keyFile(name)
    return existsSync(file) ? localKeySchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
  }
  /** The key of that name, made if there is none; of several processes that make one at once, all get the same. */
  ensureKey(name: string, make: () => LocalKey): LocalKey {
    const file = this.#keyFile(name)
    mkdirSync(join(this.path, 'keys'), { recursive: true, mode: 0o700 })
    this.#writeOnce(file, () => JSON.stringify(make(), null, 2))
    return localKeySchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  }
  writeKey(name: string, key: LocalKey): string {
    const file = this.#keyFile(name)
    mkdirSync(join(this.path, 'keys'), { recursive: true, mode: 0o700 })
    this.#write(file, JSON.stringify(key, null, 2))
    return file
  }

  removeKey(name: string): void {
    rmSync(this.#keyFile(name), { force: true })
  }

  /** Where the process that holds this directory answers. */
  readRunning(): Running | undefined {
    const file = join(this.path, 'running.json')
    return existsSync(file) ? runningSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
  }
  writeRunning(running: Running): void {
    this.#write(join(this.path, 'running.json'), JSON.stringify(running))
  }
  /** Takes the note away, unless another process has written its own over it. */
  clearRunning(url: string): void {
    if (this.readRunning()?.url === url) rmSync(join(this.path, 'running.json'), { force: true })
  }

  #keyFile(name: string): string {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw new Error(`not a key name: ${name}`)
    return join(this.path, 'keys', `${name}.json`)
  }

  /** A reader never sees half a file. */
  #write(file: string, text: string): void {
    const fresh = `${file}.${process.pid}`
    writeFileSync(fresh, text, { mode: 0o600 })
    renameSync(fresh, file)
  }

  /** A link to a name that exists fails: the first of several processes has the word. */
  #writeOnce(file: string, make: () => string): void {
    if (existsSync(file)) return
    const fresh = `${file}.${process.pid}`
    writeFileSync(fresh, make(), { mode: 0o600 })
    try {
      linkSync(fresh, file)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    } finally {
      rmSync(fresh, { force: true })
    }
  }
}

const runningSchema = z.object({
  url: z.string(),
  sandboxUrl: z.string().optional(),
  /** What signatures must name, where that is not the address at which the process is called here. */
  publicUrl: z.string().optional(),
})
export type Running = z.infer<typeof runningSchema>

const localKeySchema = z.discriminatedUnion('alg', [
  z.object({ alg: z.literal('ed25519'), keyId: z.string(), privateKey: z.string(), publicKey: z.string() }),
  z.object({ alg: z.literal('hmac'), keyId: z.string(), secret: z.string() }),
])
export type LocalKey = z.infer<typeof localKeySchema>
