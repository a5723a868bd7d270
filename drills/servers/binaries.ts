import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A drill cannot run here because a program is missing; the message says which. */
export class MissingBinary extends Error {
  override readonly name = 'MissingBinary'
}

/** Where packages put Postgres when they keep it out of the PATH, by version. */
const postgresHomes = ['/usr/lib/postgresql', '/usr/local/lib/postgresql', '/opt/postgresql']

/** The path of a program. Throws {@link MissingBinary} where there is none. */
export function findBinary(name: string): string {
  const found = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', ...postgresBins()]
    .map((directory) => join(directory, name))
    .find(isExecutable)
  if (found === undefined) throw new MissingBinary(`there is no program ${name} on this machine; install it`)
  return found
}

/** Says which of these programs are missing. */
export function missingOf(names: readonly string[]): string[] {
  return names.filter((name) => {
    try {
      findBinary(name)
      return false
    } catch {
      return true
    }
  })
}

/** Postgres refuses to run as root: then it runs as this user, and its files must be his. Undefined where we are not root. */
export function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find(([name]) => name === wanted) ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new MissingBinary('Postgres does not run as root, and there is no user postgres or nobody to run it as')
}

function postgresBins(): string[] {
  const told = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' })
  const installed = postgresHomes.flatMap((home) => {
    try {
      return readdirSync(home)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(home, version, 'bin'))
    } catch {
      return []
    }
  })
  return [...(told.status === 0 ? [told.stdout.trim()] : []), ...installed]
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
