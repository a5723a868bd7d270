import { createInterface } from 'node:readline'
import { rmSync } from 'node:fs'

/**
 * A process beside a drill that ends what the drill leaves behind. It is told each pid and temporary directory over its standard
 * input, and begins when that closes: however the drill died, even by SIGKILL, nothing of it stays.
 */
const pids = new Set<number>()
const directories = new Set<string>()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    // Ctrl-C reaches the whole group; this one goes last.
  })

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const word = line.slice(0, 2)
    const rest = line.slice(2)
    if (word === '+p') pids.add(Number(rest))
    if (word === '-p') pids.delete(Number(rest))
    if (word === '+d') directories.add(rest)
    if (word === '-d') directories.delete(rest)
  })
  .on('close', () => {
    for (const pid of pids)
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // it is gone already
      }
    setTimeout(() => {
      for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
      process.exit(0)
    }, 300)
  })
