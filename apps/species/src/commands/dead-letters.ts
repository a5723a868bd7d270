import type { Client } from '@species/sdk'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { wrongUse } from './wrong-use.ts'

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
export const deadLetterRows: readonly CommandRow[] = [
  {
    name: 'dead-letters list',
    isDefault: true,
    summary: 'list them, oldest first',
    async run(call: CommandCall): Promise<void> {
      const found = await call.over('operator', ({ client }) => list(client))
      call.print(found, found.length === 0 ? 'There are none.' : [...found.map(inWords), '', whatNext].join('\n'))
    },
  },
  {
    name: 'dead-letters show',
    usage: '<consumer> <key>',
    summary: 'print one with its cause and what it says',
    async run(call: CommandCall): Promise<void> {
      const [consumer = '', key = ''] = call.args
      const { body } = await call.over('operator', ({ client }) =>
        client.request('GET', `${base}/${encodeURIComponent(consumer)}/${encodeURIComponent(key)}`),
      )
      const letter = body as Letter & { body: unknown }
      call.print(letter, `${inWords(letter)}\n\n${JSON.stringify(letter.body, undefined, 2)}`)
    },
  },
  {
    name: 'dead-letters retry',
    usage: '[consumer] [key]',
    summary: 'send one again, or all, once the cause is gone',
    options: [['--all', 'all of them']],
    async run(call: CommandCall): Promise<void> {
      const [consumer, key] = call.args
      const retried = await call.over('operator', async ({ client }) => {
        const wanted = call.options.has('all') ? await list(client) : [named(consumer, key)]
        for (const one of wanted)
          await client.request('POST', `${base}/retry`, { consumer: one.consumer, key: one.key })
        return wanted.map((one) => ({ consumer: one.consumer, key: one.key }))
      })
      call.print({ retried }, `Sent again: ${retried.length}. What fails again comes back here.`)
    },
  },
]

const whatNext =
  'Look at one: species dead-letters show <consumer> <key>. Send it again: species dead-letters retry <consumer> <key>'

async function list(client: Client): Promise<Letter[]> {
  const { body } = await client.request('GET', base)
  return (body as { deadLetters: Letter[] }).deadLetters
}

function named(consumer: string | undefined, key: string | undefined): { consumer: string; key: string } {
  if (consumer === undefined || key === undefined)
    throw wrongUse('Say which: species dead-letters retry <consumer> <key>, or --all.')
  return { consumer, key }
}

function inWords({ consumer, key, topic, cause, attempts, parkedAtMs }: Letter): string {
  return `${consumer}  ${key}  ${topic}, ${attempts} attempts, since ${new Date(parkedAtMs).toISOString()}\n    ${cause}`
}
