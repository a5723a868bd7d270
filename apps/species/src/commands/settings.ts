import type { Command } from 'commander'
import { readSettings, redacted } from '../settings.ts'
import { print } from './output.ts'

/** `settings check`: what this process would run with. */
export function addSettingsCommands(program: Command): void {
  program
    .command('settings')
    .description('settings of this process')
    .command('check')
    .option('--json', 'print JSON')
    .description('read the environment, say what is wrong or what it means; secrets do not print')
    .action((options: { json?: true }) => {
      const settings = readSettings(process.env)
      const shown = redacted(settings)
      const partner = (real: unknown): string => (real === undefined ? 'sandbox' : 'real')
      const words = [
        `database   ${settings.database.kind === 'embedded' ? `embedded in ${settings.dataDirectory}: survives the death of the process, not a power cut` : 'Postgres: a single server; what a failover to an asynchronous replica would lose is lost'}`,
        `bus        ${settings.nats ? 'NATS JetStream: shared by every process with this address' : 'in this process: unfinished events are driven again at the next start'}`,
        `cache      ${settings.redis ? 'memory before Redis: its loss costs speed alone' : 'in this process'}`,
        `Onli Cloud ${partner(settings.onli)}`,
        `Moralis    ${partner(settings.moralis)}`,
        `TRON       ${partner(settings.tron)}`,
        `HTTP       ${settings.host}:${settings.port}`,
      ]
      print(options, shown, words.join('\n'))
    })
}
