import { readFileSync, readdirSync } from 'node:fs'

/** Processor seconds used so far, by process name pattern or id (Linux; elsewhere nothing is known). */
export type CpuReading = ReadonlyMap<string, number>

const ticksPerSecond = 100

/** Reads what these processes have used, and all servers whose command begins with one of `names`. */
export function readCpu(pids: ReadonlyMap<string, number>, names: readonly string[]): CpuReading {
  const used = new Map<string, number>()
  let all: string[]
  try {
    all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return used
  }
  const labels = new Map([...pids].map(([label, pid]) => [String(pid), label]))
  for (const pid of all) {
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
