import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { once } from 'node:events'
import { ownProcess } from './belongings.ts'

export interface ServerCommand {
  readonly name: string
  readonly binary: string
  readonly argv: readonly string[]
  readonly logFile: string
  readonly as?: { uid: number; gid: number } | undefined
  /** Ends it in peace. */
  readonly stopSignal: NodeJS.Signals
  /** Resolves when it answers. */
  readonly untilReady: () => Promise<void>
}

/** A server in a process of its own that can be started, killed and started again. */
export class ServerProcess {
  readonly #command: ServerCommand
  #child: ChildProcess | undefined

  constructor(command: ServerCommand) {
    this.#command = command
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  async start(): Promise<void> {
    const { name, binary, argv, logFile, as, untilReady } = this.#command
    if (this.isRunning) throw new Error(`${name} runs already`)
    const log = openSync(logFile, 'a')
    const child = spawn(binary, argv, { stdio: ['ignore', log, log], ...as })
    closeSync(log)
    ownProcess(child)
    this.#child = child
    const failed = Promise.race([
      once(child, 'error').then(([error]) => String(error)),
      once(child, 'exit').then(([code, signal]) => `it ended with ${String(signal ?? code)}`),
    ]).then((why) => {
      throw new Error(`${name} did not start: ${why}; its log is ${logFile}`)
    })
    // Once it is ready, nobody waits for this any longer.
    failed.catch(() => undefined)
    await Promise.race([untilReady(), failed])
  }

  /** Resolves when the process is gone, by itself or by one of the methods here. */
  async whenGone(): Promise<void> {
    if (this.#child && this.isRunning) await once(this.#child, 'exit')
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** SIGKILL, and until it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    const late = setTimeout(() => {
      this.#child?.kill('SIGKILL')
    }, 5_000)
    await this.#end(this.#command.stopSignal)
    clearTimeout(late)
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || !this.isRunning) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
}
