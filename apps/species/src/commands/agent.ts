import { generateEd25519 } from '@species/sdk/node'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { sendConfirmed } from './confirmed.ts'
import { mandateOf, mandateOptions } from './mandate-options.ts'

interface Agent {
  readonly agentId: string
  readonly name: string
  readonly status: string
  readonly mandateVersion: number
  readonly mandate?: object
  readonly changedAt: string
}

const base = '/marketplace/v1/agents'
const as = ['!--as <onliId>', 'whose agents'] as const

/** `agent …`: programs that trade for a user within mandates. */
export const agentRows: readonly CommandRow[] = [
  {
    name: 'agent create',
    usage: '<name>',
    summary: 'make an agent with a mandate and a key, and print the key',
    details:
      'The key is printed once and kept nowhere. It reads, and trades within the mandate; it can send no money out. Name at least one amount. You confirm it with your second key: `species key create <onliId> --payout` makes it.\n\nExample: species agent create buyer --as alice --usdt-per-trade 20 --usdt-per-day 100 --intents BUY_TREASURY,BUY_MARKET',
    options: [as, ...mandateOptions],
    async run(call: CommandCall): Promise<void> {
      const { publicKey, privateKey } = generateEd25519()
      const body = { name: call.args[0] ?? '', publicKey, mandate: mandateOf(call.options) }
      const made = (await confirm(call, 'POST', base, body)) as Agent & { keyId: string }
      call.print(
        { ...made, privateKey },
        `MARKETPLACE_AGENT_ID=${made.agentId}\nMARKETPLACE_KEY_ID=${made.keyId}\nMARKETPLACE_PRIVATE_KEY=${privateKey}`,
      )
    },
  },
  {
    name: 'agent list',
    isDefault: true,
    summary: 'list the agents of a user, newest first',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { agents } = (await ask(call, 'GET', base)) as { agents: Agent[] }
      call.print(agents, agents.length === 0 ? 'There are none.' : agents.map(inWords).join('\n'))
    },
  },
  {
    name: 'agent show',
    usage: '<agentId>',
    summary: 'show an agent, its mandate, and what is used and left of it',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const agent = await ask(call, 'GET', pathOf(call))
      call.print(agent, JSON.stringify(agent, null, 2))
    },
  },
  {
    name: 'agent mandate',
    usage: '<agentId>',
    summary: 'give an agent another mandate',
    details:
      'Name all of it: what is left out is not bounded. It binds at once, also events that were accepted and are not funded. What was spent before counts. Anything but a narrower mandate takes your second key.\n\nExample: species agent mandate agt_… --as alice --usdt-per-day 50',
    options: [as, ...mandateOptions],
    async run(call: CommandCall): Promise<void> {
      const { mandateVersion: replaces } = (await ask(call, 'GET', pathOf(call))) as Agent
      const body = { mandate: mandateOf(call.options), replaces }
      const agent = (await confirm(call, 'PUT', `${pathOf(call)}/mandate`, body)) as Agent
      call.print(agent, inWords(agent))
    },
  },
  {
    name: 'agent pause',
    usage: '<agentId>',
    summary: 'pause an agent, at once',
    options: [as],
    run: (call) => stop(call, 'pause'),
  },
  {
    name: 'agent resume',
    usage: '<agentId>',
    summary: 'resume a paused agent within its mandate',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { changedAt } = (await ask(call, 'GET', pathOf(call))) as Agent
      const agent = (await confirm(call, 'POST', `${pathOf(call)}/resume`, { changedAt })) as Agent
      call.print(agent, inWords(agent))
    },
  },
  {
    name: 'agent revoke',
    usage: '<agentId>',
    summary: 'revoke an agent and its keys, for ever',
    options: [as],
    run: (call) => stop(call, 'revoke'),
  },
  {
    name: 'agent stop',
    summary: 'stop all agents of a user at once; without --as, for operators, every agent of the market',
    options: [
      ['--as <onliId>', 'whose agents'],
      ['--key <name>', 'the key of the operator, in the data directory', 'operator'],
      ['--reason <text>', 'why', 'stopped by hand'],
    ],
    async run(call: CommandCall): Promise<void> {
      const reason = call.options.text('reason')
      const user = call.options.text('as')
      const path = user === undefined ? '/admin/v1/agents/stop' : `${base}/stop`
      const stopped = (await ask(call, 'POST', path, { reason })) as { stoppedAt: string }
      call.print(stopped, `Stopped since ${stopped.stoppedAt}.`)
    },
  },
  {
    name: 'agent restart',
    summary: 'end a stop of all agents; without --as, for operators, that of the market, which takes two people',
    options: [
      ['--as <onliId>', 'whose agents'],
      ['--since <time>', 'for a user: when the stop began, as `agent stop` answered'],
      ['--key <name>', 'the key of the operator, in the data directory', 'operator'],
      ['--reason <text>', 'why', 'the cause is gone'],
    ],
    async run(call: CommandCall): Promise<void> {
      if (call.options.text('as') === undefined)
        await ask(call, 'POST', '/admin/v1/agents/resume', { reason: call.options.text('reason') })
      else {
        // Stopping again changes nothing, and tells since when they are stopped.
        const since = call.options.text('since')
        const { stoppedAt } =
          since === undefined
            ? ((await ask(call, 'POST', `${base}/stop`, {})) as { stoppedAt: string })
            : { stoppedAt: since }
        await confirm(call, 'POST', `${base}/resume`, { stoppedAt })
      }
      call.print({ stopped: false }, 'They may act again.')
    },
  },
]

async function ask(call: CommandCall, method: string, path: string, body?: object): Promise<unknown> {
  const key = call.options.text('as') ?? call.options.needed('key')
  return (await call.over(key, ({ client }) => client.request(method, path, body))).body
}

/** The user's key asks, and their second key confirms. */
async function confirm(call: CommandCall, method: string, path: string, body: object): Promise<unknown> {
  const onliId = call.options.needed('as')
  const request = { onliId, method, path, body }
  return await call.over(onliId, (connection) =>
    sendConfirmed(connection, request, `key create ${onliId} --payout`, call),
  )
}

async function stop(call: CommandCall, how: 'pause' | 'revoke'): Promise<void> {
  const agent = (await ask(call, 'POST', `${pathOf(call)}/${how}`)) as Agent
  call.print(agent, inWords(agent))
}

function pathOf(call: CommandCall): string {
  return `${base}/${encodeURIComponent(call.args[0] ?? '')}`
}

function inWords({ agentId, name, status, mandateVersion, mandate }: Agent): string {
  return `${agentId}  ${name}  ${status}  mandate ${mandateVersion}  ${JSON.stringify(mandate ?? {})}`
}
