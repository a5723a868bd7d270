import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'

/** Stands in a backup beside what it is of. No secret is in it: a master key is named by a part of a digest. */
const manifestSchema = z.strictObject({
  format: z.literal(1),
  version: z.string(),
  createdAt: z.iso.datetime(),
  /** Any of these opens what is sealed in the database: see `masterKeyId`. */
  masterKeys: z.array(z.string()).min(1),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string() })),
})
export type BackupManifest = z.infer<typeof manifestSchema>

const manifestFile = 'backup.json'

/** Looks at every file of a backup and writes down what it holds. */
export async function writeManifest(
  directory: string,
  facts: Pick<BackupManifest, 'version' | 'createdAt' | 'masterKeys'>,
): Promise<BackupManifest> {
  const manifest: BackupManifest = { format: 1, ...facts, files: await filesOf(directory, () => undefined) }
  await writeFile(join(directory, manifestFile), JSON.stringify(manifest), { mode: 0o600 })
  return manifest
}

/** The manifest of a backup. Throws where the directory is none. */
export function readManifest(directory: string): BackupManifest {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(directory, manifestFile), 'utf8')))
  } catch (error) {
    throw new Error(`${directory} is no backup that this version can read: it has no good ${manifestFile}.`, {
      cause: error,
    })
  }
}

/** What of a backup is not as its manifest says: files that are missing, too many, or altered. */
export async function damageOf(directory: string, onProgress: (bytes: number) => void): Promise<string[]> {
  const wanted = new Map(readManifest(directory).files.map((file) => [file.path, file]))
  const found = new Map((await filesOf(directory, onProgress)).map((file) => [file.path, file]))
  const wrong = [...wanted.values()].filter((file) => found.get(file.path)?.sha256 !== file.sha256)
  const extra = [...found.keys()].filter((path) => !wanted.has(path))
  return [...wrong.map(({ path }) => path), ...extra]
}

async function filesOf(
  directory: string,
  onProgress: (bytes: number) => void,
): Promise<BackupManifest['files'][number][]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter((path) => path !== manifestFile)
    .sort()
  const files: BackupManifest['files'] = []
  for (const path of paths) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(directory, path)), hash)
    const { size } = await stat(join(directory, path))
    files.push({ path, bytes: size, sha256: hash.digest('hex') })
    onProgress(size)
  }
  return files
}
