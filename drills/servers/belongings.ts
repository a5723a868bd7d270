import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

let reaper: ChildProcess | undefined

function tell(line: string): void {
  reaper ??= spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('reaper.ts', import.meta.url))],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  )
  const input = reaper.stdin
  // It must not keep the drill alive: it begins when the drill is gone.
  reaper.unref()
  if (input instanceof Socket) input.unref()
  input?.write(`${line}\n`)
}

/** Sees to it that this process does not outlive the drill, whatever happens to the drill. */
export function ownProcess(child: ChildProcess): void {
  const { pid } = child
  if (pid === undefined) return
  tell(`+p${pid}`)
  child.once('exit', () => {
    tell(`-p${pid}`)
  })
}

/** A temporary directory that does not outlive the drill; owned by another user where a server needs that. */
export function ownDirectory(name: string, owner?: { uid: number; gid: number }): string {
  const path = mkdtempSync(join(tmpdir(), `species-${name}-`))
  if (owner) chownSync(path, owner.uid, owner.gid)
  tell(`+d${path}`)
  return path
}

/** Removes a directory now. */
export function removeDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  tell(`-d${path}`)
}

/** Leaves a directory where it is, for somebody to look into. */
export function keepDirectory(path: string): void {
  tell(`-d${path}`)
}
