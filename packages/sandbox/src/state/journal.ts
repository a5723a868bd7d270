import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const chunkBytes = 1 << 20

/** Where state changes go before they are answered. */
export interface Journal {
  /** Returns when the lines are with the operating system: the death of this process cannot lose them any more. */
  append(lines: string): void
  close(): void
}

/** A journal for a sandbox that remembers nothing after it ends. */
export const forgetfulJournal: Journal = { append: () => undefined, close: () => undefined }

/**
 * Calls `onLine` for every whole line of the file, in order. A last line without its end was being written when the
 * process died, so no caller was told about it: it is left out.
 */
export function readJournal(path: string, onLine: (line: string, lineNumber: number) => void): void {
  if (!existsSync(path)) return
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(chunkBytes)
    let rest = Buffer.alloc(0)
    let lineNumber = 0
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      let bytes = Buffer.concat([rest, chunk.subarray(0, read)])
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
        onLine(bytes.toString('utf8', 0, end), ++lineNumber)
        bytes = bytes.subarray(end + 1)
      }
      rest = bytes
    }
  } finally {
    closeSync(file)
  }
}

/** Replaces the file by the snapshot, whole or not at all, and opens it for appending; drops a torn last line with it. */
export function openJournal(path: string, snapshot: Iterable<string>): Journal {
  mkdirSync(dirname(path), { recursive: true })
  const fresh = `${path}.new`
  const file = openSync(fresh, 'w')
  try {
    let pending = ''
    for (const line of snapshot) {
      pending += `${line}\n`
      if (pending.length < chunkBytes) continue
      writeAll(file, pending)
      pending = ''
    }
    writeAll(file, pending)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(fresh, path)
  const appending = openSync(path, 'a')
  let open = true
  return {
    append: (lines) => {
      writeAll(appending, lines)
    },
    close: () => {
      if (open) closeSync(appending)
      open = false
    },
  }
}

function writeAll(file: number, text: string): void {
  let bytes = Buffer.from(text, 'utf8')
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(file, bytes))
}
