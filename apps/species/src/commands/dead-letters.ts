import { Fault } from '@species/kernel'
import type { Client } from '@species/sdk'
import type { Command } from 'commander'
import { over } from './connect.ts'
import { print } from './output.ts'

interface Letter {
  consumer: string
  key: string
  topic: string
  cause: string
  attempts: number
  parkedAtMs: number
}

const base = '/admin/v1/dead-letters'

/** `dead-letters`: messages that failed alone too often; why, what they say, and sending them again. */
export function addDeadLetterCommands(program: Command): void {
  const letters = program.command('dead-letters').description('messages that failed alone too often, and wait for you')
  letters
    .command('list', { isDefault: true })
    .option('--json', 'print JSON')
    .description('list them, oldest first')
    .action(async (options: { json?: true }) => {
      const found = await over('operator', ({ client }) => list(client))
      print(options, found, found.length === 0 ? 'There are none.' : [...found.map(inWords), '', whatNext].join('\n'))
    })
  letters
    .command('show')
    .argument('<consumer>')
    .argument('<key>')
    .option('--json', 'print JSON')
    .description('print one with its cause and what it says')
    .action(async (consumer: string, key: string, options: { json?: true }) => {
      const { body } = await over('operator', ({ client }) =>
        client.request('GET', `${base}/${encodeURIComponent(consumer)}/${encodeURIComponent(key)}`),
      )
      const letter = body as Letter & { body: unknown }
      print(options, letter, `${inWords(letter)}\n\n${JSON.stringify(letter.body, undefined, 2)}`)
    })
  letters
    .command('retry')
    .argument('[consumer]')
    .argument('[key]')
    .option('--all', 'all of them')
    .option('--json', 'print JSON')
    .description('send one again, or all, once the cause is gone')
    .action(async (consumer: string | undefined, key: string | undefined, options: { all?: true; json?: true }) => {
      const retried = await over('operator', async ({ client }) => {
        const wanted = options.all === true ? await list(client) : [named(consumer, key)]
        for (const one of wanted)
          await client.request('POST', `${base}/retry`, { consumer: one.consumer, key: one.key })
        return wanted.map((one) => ({ consumer: one.consumer, key: one.key }))
      })
      print(options, { retried }, `Sent again: ${retried.length}. What fails again comes back here.`)
    })
}

const whatNext =
  'Look at one: species dead-letters show <consumer> <key>. Send it again: species dead-letters retry <consumer> <key>'

async function list(client: Client): Promise<Letter[]> {
  const { body } = await client.request('GET', base)
  return (body as { deadLetters: Letter[] }).deadLetters
}

function named(consumer: string | undefined, key: string | undefined): { consumer: string; key: string } {
  if (consumer === undefined || key === undefined)
    throw new Fault('invalid_settings', {
      retryable: false,
      publicMessage: 'Say which: species dead-letters retry <consumer> <key>, or --all.',
    })
  return { consumer, key }
}

function inWords({ consumer, key, topic, cause, attempts, parkedAtMs }: Letter): string {
  return `${consumer}  ${key}  ${topic}, ${attempts} attempts, since ${new Date(parkedAtMs).toISOString()}\n    ${cause}`
}
