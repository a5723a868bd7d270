import { readFileSync, readdirSync } from 'node:fs'

/** Processor seconds used so far, by process name pattern or id (Linux; elsewhere nothing is known). */
export type CpuReading = ReadonlyMap<string, number>

const ticksPerSecond = 100

/** Reads what these processes have used, and all servers whose command begins with one of `names`. */
export function readCpu(pids: ReadonlyMap<string, number>, names: readonly string[]): CpuReading {
  const used = new Map<string, number>()
  const labels = new Map([...pids].map(([label, pid]) => [String(pid), label]))
  for (const pid of processes()) {
    const stat = statOf(pid)
    if (!stat) continue
    const label = labels.get(pid) ?? names.find((name) => stat.command.startsWith(name))
    if (label !== undefined) used.set(label, (used.get(label) ?? 0) + stat.seconds)
  }
  return used
}

/** Processors used between two readings, in cores, by label. */
export function coresBetween(before: CpuReading, after: CpuReading, seconds: number): Record<string, number> {
  return Object.fromEntries(
    [...after].map(([label, used]) => [label, Math.round(((used - (before.get(label) ?? 0)) / seconds) * 100) / 100]),
  )
}

function statOf(pid: string): { command: string; seconds: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const command = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { command, seconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond }
  } catch {
    return undefined
  }
}

/** Processor seconds that the server's processes working on one database have used so far; a process that ended is not in it. */
function databaseSeconds(database: string): number {
  let sum = 0
  for (const pid of processes()) {
    try {
      // PostgreSQL writes what a backend does into its command line: "postgres: user database host(port) state".
      if (readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(` ${database} `)) sum += statOf(pid)?.seconds ?? 0
    } catch {
      // It ended while we looked.
    }
  }
  return sum
}

function processes(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

export interface CpuPerEvent {
  readonly ownMs: number
  readonly databaseMs: number
}

/** Begins to count what this process and a database's processes use; the answer is by event. */
export function startCpu(database: string): (events: number) => CpuPerEvent {
  const own = process.cpuUsage()
  const server = databaseSeconds(database)
  return (events) => {
    const { user, system } = process.cpuUsage(own)
    return {
      ownMs: (user + system) / 1_000 / events,
      databaseMs: ((databaseSeconds(database) - server) * 1_000) / events,
    }
  }
}
