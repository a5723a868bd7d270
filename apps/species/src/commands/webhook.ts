import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { wrongUse } from './wrong-use.ts'

interface Webhook {
  readonly webhookId: string
  readonly url: string
  readonly types: readonly string[]
  readonly description: string
  readonly status: 'active' | 'disabled'
  readonly disabledFor?: string
  readonly failingSince?: string
}
interface Delivery {
  readonly messageId: string
  readonly type: string
  readonly status: string
  readonly attempts: number
  readonly createdAt: string
  readonly nextAttemptAt?: string
}

const base = '/marketplace/v1/webhooks'
const as = ['!--as <onliId>', 'whose webhook'] as const
const ends = 'event.completed,event.failed,event.disputed'

/** `webhook …`: servers of a user that are told what becomes of their events. */
export const webhookRows: readonly CommandRow[] = [
  {
    name: 'webhook create',
    usage: '<url>',
    summary: 'make one; its secret is printed once',
    details:
      'The address must be a public https one. See docs/how-to/receive-webhooks.md for a server that verifies calls.',
    options: [
      as,
      ['--types <types>', 'what it is told, separated by commas', ends],
      ['--description <text>', 'for you'],
    ],
    async run(call: CommandCall): Promise<void> {
      const [url = ''] = call.args
      const description = call.options.text('description')
      const types = call.options.needed('types').split(',')
      const wanted = { url, types, ...(description === undefined ? {} : { description }) }
      const made = (await ask(call, 'POST', '', wanted)) as Webhook & { secret: string }
      call.print(made, `${inWords(made)}\nSecret, told once: ${made.secret}`)
    },
  },
  {
    name: 'webhook list',
    isDefault: true,
    summary: 'list the webhooks of a user, and whether they work',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { webhooks } = (await ask(call, 'GET', '')) as { webhooks: Webhook[] }
      call.print(webhooks, webhooks.length === 0 ? 'There are none.' : webhooks.map(inWords).join('\n'))
    },
  },
  {
    name: 'webhook update',
    usage: '<webhookId>',
    summary: 'change the address, the types or the description of one',
    options: [
      as,
      ['--url <url>', 'its new address'],
      ['--types <types>', 'what it is told'],
      ['--description <text>', 'for you'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const [url, types, description] = [options.text('url'), options.text('types'), options.text('description')]
      const changed = await change(call, {
        ...(url === undefined ? {} : { url }),
        ...(types === undefined ? {} : { types: types.split(',') }),
        ...(description === undefined ? {} : { description }),
      })
      call.print(changed, inWords(changed))
    },
  },
  {
    name: 'webhook enable',
    usage: '<webhookId>',
    summary: 'enable one that is disabled',
    details: 'What was given up while it was disabled is not sent by itself: see webhook resend.',
    options: [as],
    run: (call) => switchTo(call, true),
  },
  {
    name: 'webhook disable',
    usage: '<webhookId>',
    summary: 'disable one; what waits is given up',
    options: [as],
    run: (call) => switchTo(call, false),
  },
  {
    name: 'webhook delete',
    usage: '<webhookId>',
    summary: 'delete one with its log',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const [webhookId = ''] = call.args
      await ask(call, 'DELETE', `/${encodeURIComponent(webhookId)}`)
      call.print({ deleted: webhookId }, `${webhookId} is deleted.`)
    },
  },
  {
    name: 'webhook rotate',
    usage: '<webhookId>',
    summary: 'give one a new secret, which is printed once',
    details: 'Until the overlap is over every call has a signature of the old secret as well.',
    options: [as, ['--overlap <seconds>', 'how long both secrets sign', '86400']],
    async run(call: CommandCall): Promise<void> {
      const [webhookId = ''] = call.args
      const seconds = call.options.needed('overlap')
      if (!/^\d{1,6}$/.test(seconds)) throw wrongUse('--overlap is a number of seconds.')
      const path = `/${encodeURIComponent(webhookId)}/secret`
      const rotated = await ask(call, 'POST', path, { overlapMs: Number(seconds) * 1_000 })
      const { secret, previousEndsAt } = rotated as { secret: string; previousEndsAt: string }
      call.print(rotated, `Secret, told once: ${secret}\nThe one before signs until ${previousEndsAt}.`)
    },
  },
  {
    name: 'webhook test',
    usage: '<webhookId>',
    summary: 'send a test to one',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const [webhookId = ''] = call.args
      const queued = (await ask(call, 'POST', `/${encodeURIComponent(webhookId)}/test`)) as { messageId: string }
      const next = call.hint(`webhook deliveries ${webhookId} --as ${call.options.needed('as')}`)
      call.print(queued, `${queued.messageId} is queued. See how it went:\n  ${next}`)
    },
  },
  {
    name: 'webhook deliveries',
    usage: '<webhookId> [messageId]',
    summary: 'list what was sent, newest first; or show one with its attempts',
    options: [as, ['--status <status>', 'only these', undefined, ['pending', 'delivered', 'given_up', 'dropped']]],
    async run(call: CommandCall): Promise<void> {
      const [webhookId = '', messageId] = call.args
      const path = `/${encodeURIComponent(webhookId)}/deliveries`
      if (messageId !== undefined) {
        const one = await ask(call, 'GET', `${path}/${encodeURIComponent(messageId)}`)
        call.print(one, JSON.stringify(one, null, 2))
        return
      }
      const status = call.options.text('status')
      const query = status === undefined ? '' : `?status=${status}`
      const { deliveries } = (await ask(call, 'GET', `${path}${query}`)) as { deliveries: Delivery[] }
      call.print(deliveries, deliveries.length === 0 ? 'There are none.' : deliveries.map(deliveryInWords).join('\n'))
    },
  },
  {
    name: 'webhook resend',
    usage: '<webhookId> <messageId>',
    summary: 'send one delivery again, with its old id and body',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const [webhookId = '', messageId = ''] = call.args
      const path = `/${encodeURIComponent(webhookId)}/deliveries/${encodeURIComponent(messageId)}/resend`
      call.print(await ask(call, 'POST', path), `${messageId} is queued.`)
    },
  },
]

async function ask(call: CommandCall, method: string, path: string, body?: object): Promise<unknown> {
  const { body: answer } = await call.over(call.options.needed('as'), ({ client }) =>
    client.request(method, `${base}${path}`, body),
  )
  return answer
}

/** Gives all of a webhook, as it is, with what is to be changed. */
async function change(call: CommandCall, changes: object): Promise<Webhook> {
  const [webhookId = ''] = call.args
  const path = `/${encodeURIComponent(webhookId)}`
  const { url, types, description, status } = (await ask(call, 'GET', path)) as Webhook
  const wanted = { url, types, description, enabled: status === 'active', ...changes }
  return (await ask(call, 'PUT', path, wanted)) as Webhook
}

async function switchTo(call: CommandCall, enabled: boolean): Promise<void> {
  const changed = await change(call, { enabled })
  call.print(changed, inWords(changed))
}

function inWords({ webhookId, url, types, status, disabledFor, failingSince }: Webhook): string {
  const stands =
    status === 'disabled'
      ? `disabled (${disabledFor ?? ''})`
      : failingSince === undefined
        ? 'active'
        : `failing since ${failingSince}`
  return `${webhookId}  ${url}  ${stands}  ${types.join(',')}`
}

function deliveryInWords({ messageId, type, status, attempts, createdAt, nextAttemptAt }: Delivery): string {
  const next = nextAttemptAt === undefined ? '' : `  next attempt ${nextAttemptAt}`
  return `${messageId}  ${type}  ${status}  ${attempts} attempts  ${createdAt}${next}`
}
