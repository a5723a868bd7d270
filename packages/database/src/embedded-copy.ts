import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Runs `work` while no statement of the embedded database runs and everything that was committed is in its files. */
export type Freeze = <T>(work: () => Promise<T>) => Promise<T>

interface Seen {
  readonly bytes: number
  readonly changedAtMs: number
}

/** A file that changed so shortly before it was looked at may change again within the same tick of the file system's clock. */
const tickMs = 1_000

/**
 * Copies the files of the embedded database while it works. Most are copied while it does; then it stands still, and what changed
 * meanwhile is copied again, so that the copy is as of one moment. Progress is in bytes; `frozenMs` says how long it stood still.
 */
export async function copyEmbedded(
  from: string,
  to: string,
  { freeze, onProgress }: { readonly freeze: Freeze; readonly onProgress: (bytes: number) => void },
): Promise<{ frozenMs: number }> {
  const first = await filesIn(from)
  for (const [path, seen] of first) {
    await copy(from, to, path)
    onProgress(seen.bytes)
  }
  return await freeze(async () => {
    const startedMs = performance.now()
    const last = await filesIn(from)
    for (const [path, { bytes, changedAtMs }] of last) {
      const before = first.get(path)
      const isSame = before?.bytes === bytes && before.changedAtMs === changedAtMs
      if (!isSame || before.isFresh) await copy(from, to, path)
    }
    // The engine does not start without its empty folders.
    for (const path of await foldersIn(from)) await mkdir(join(to, path), { recursive: true, mode: 0o700 })
    for (const path of first.keys()) if (!last.has(path)) await rm(join(to, path), { force: true })
    return { frozenMs: performance.now() - startedMs }
  })
}

/** Every file below, by its path, with what tells that it has changed. */
async function filesIn(root: string): Promise<Map<string, Seen & { readonly isFresh: boolean }>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const found = new Map<string, Seen & { readonly isFresh: boolean }>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const looked = await stat(path).catch(() => undefined)
    if (!looked) continue
    const isFresh = Date.now() - looked.mtimeMs < tickMs
    found.set(path.slice(root.length + 1), { bytes: looked.size, changedAtMs: looked.mtimeMs, isFresh })
  }
  return found
}

/** A file that is gone meanwhile is left out. */
async function copy(from: string, to: string, path: string): Promise<void> {
  await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 })
  try {
    await copyFile(join(from, path), join(to, path), constants.COPYFILE_FICLONE)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

async function foldersIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries.filter((one) => one.isDirectory()).map((one) => join(one.parentPath, one.name).slice(root.length + 1))
}
