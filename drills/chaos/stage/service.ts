import { type ChildProcess, spawn } from 'node:child_process'
import { type WriteStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { nodeArguments } from '../../../apps/species/src/processes/split.ts'
import { ownProcess } from '../../servers/belongings.ts'

const main = fileURLToPath(new URL('../../../apps/species/src/main.ts', import.meta.url))
/** How long a supervisor leaves a dead process down. */
const restartMs = 500
/** A start that takes longer than this hangs; a supervisor with a probe ends it. */
const longestStartMs = 25_000

export interface ServiceOptions {
  readonly name: string
  readonly argv: readonly string[]
  readonly modules: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly logFile: string
  /** Said of each time the process ended while it worked, though nobody in the drill ended it. */
  readonly died: (name: string, how: string) => void
}

/** One process of the stage under a supervisor: when it dies, it is started again on the same port. */
export class Service {
  readonly name: string
  readonly modules: readonly string[]
  url = ''
  /** The drill has killed or frozen it: what it had asked may have stayed without an answer. */
  struck = false
  /** Lines of its log by level and message: what it complained of. */
  readonly complaints = new Map<string, number>()
  readonly #options: ServiceOptions
  readonly #log: WriteStream
  #child: ChildProcess | undefined
  #ready: PromiseWithResolvers<void> = Promise.withResolvers()
  #isReady = false
  #stopping = false
  #expected = false

  constructor(options: ServiceOptions) {
    this.#options = options
    this.name = options.name
    this.modules = options.modules
    this.#log = createWriteStream(options.logFile, { flags: 'a' })
  }

  /** Resolves when it says that it is ready; a supervisor would look no closer. */
  async start(): Promise<void> {
    this.#spawn()
    await this.untilReady()
  }
  async untilReady(): Promise<void> {
    await this.#ready.promise
  }

  /** SIGKILL; the supervisor starts it again. From this moment it is not ready. */
  kill(): void {
    this.struck = true
    this.#expected = true
    this.#notReady()
    this.#child?.kill('SIGKILL')
  }
  freeze(): void {
    this.struck = true
    this.#isReady = false
    this.#child?.kill('SIGSTOP')
  }
  wake(): void {
    this.#isReady = true
    this.#child?.kill('SIGCONT')
  }

  /** Ends it in peace, for good; after ten seconds by force. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#isReady = false
    const child = this.#child
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(late)
    }
    this.#log.end()
  }

  #notReady(): void {
    if (this.#isReady) this.#ready = Promise.withResolvers()
    this.#isReady = false
  }

  #spawn(): void {
    if (this.#stopping) return
    const child = spawn(process.execPath, [...nodeArguments, main, ...this.#options.argv], {
      env: this.#options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    ownProcess(child)
    this.#child = child
    const hung = setTimeout(() => {
      this.#options.died(this.name, `neither ready nor ended ${longestStartMs / 1_000} s after its start`)
      this.#expected = true
      child.kill('SIGKILL')
    }, longestStartMs)
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        if (this.#hear(line)) clearTimeout(hung)
      })
    child.once('exit', (code, signal) => {
      clearTimeout(hung)
      const worked = this.#isReady
      this.#notReady()
      if (this.#stopping) return
      // A start that fails while a server is away is tried again, and is no news.
      if (worked && !this.#expected) this.#options.died(this.name, signal ?? `code ${String(code)}`)
      this.#expected = false
      setTimeout(() => {
        this.#spawn()
      }, restartMs)
    })
  }

  /** Takes a line of its output; true where it says that it is ready. */
  #hear(line: string): boolean {
    if (!this.#stopping) this.#log.write(`${line}\n`)
    if (line.startsWith('ready ')) {
      this.url = (line.split(' ')[1] ?? '').replace('localhost', '127.0.0.1')
      this.#isReady = true
      this.#ready.resolve()
      return true
    }
    if (line.startsWith('{')) this.#count(line)
    return false
  }

  #count(line: string): void {
    try {
      const {
        level = 0,
        msg = '',
        err,
      } = JSON.parse(line) as {
        level?: number
        msg?: string
        err?: { message?: string }
      }
      if (level < 40) return
      const cause = err?.message === undefined ? '' : `: ${err.message.slice(0, 160)}`
      const what = `${level >= 50 ? 'ERROR' : 'WARN'} ${msg}${cause}`
      this.complaints.set(what, (this.complaints.get(what) ?? 0) + 1)
    } catch {
      // not a line of the log
    }
  }
}
