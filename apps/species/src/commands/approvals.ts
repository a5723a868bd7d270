import { Fault } from '@species/kernel'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { sendConfirmed } from './confirmed.ts'

interface Approval {
  readonly approvalId: string
  readonly agentId: string
  readonly state: string
  readonly event: object
  readonly eventHash: string
  readonly highestTotal: string
  readonly units: string
  readonly expiresAt: string
}

const base = '/marketplace/v1/agents'
const as = ['!--as <onliId>', 'whose agents'] as const

/** `agent approvals|approve|deny`: what agents ask their owner. */
export const approvalRows: readonly CommandRow[] = [
  {
    name: 'agent approvals',
    summary: 'list what your agents ask you to approve',
    details:
      'With --all also what was decided. An approval is of exactly the event that is shown, up to its highest total.',
    options: [as, ['--all', 'also what was decided']],
    async run(call: CommandCall): Promise<void> {
      const all = await approvalsOf(call)
      const shown = call.options.has('all') ? all : all.filter(({ state }) => state === 'undecided')
      call.print(shown, shown.length === 0 ? 'There are none.' : shown.map(inWords).join('\n'))
    },
  },
  {
    name: 'agent approve',
    usage: '<approvalId>',
    summary: 'approve exactly one event of an agent, as it is shown',
    details:
      'Your second key confirms it. Its highest total is charged to the mandate; the agent then sends the event again.\n\nExample: species agent approve apr_… --as alice',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const onliId = call.options.needed('as')
      const { agentId, approvalId, eventHash, highestTotal } = await find(call)
      const path = `${base}/${agentId}/approvals/${approvalId}/approve`
      const request = { onliId, method: 'POST', path, body: { eventHash, highestTotal } }
      const approved = (await call.over(onliId, (connection) =>
        sendConfirmed(connection, request, `key create ${onliId} --payout`, call),
      )) as Approval
      call.print(approved, inWords(approved))
    },
  },
  {
    name: 'agent deny',
    usage: '<approvalId>',
    summary: 'deny an event of an agent; also one that you approved, until it is used',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { agentId, approvalId } = await find(call)
      const denied = (await ask(call, 'POST', `${base}/${agentId}/approvals/${approvalId}/deny`)) as Approval
      call.print(denied, inWords(denied))
    },
  },
]

async function ask(call: CommandCall, method: string, path: string): Promise<unknown> {
  return (await call.over(call.options.needed('as'), ({ client }) => client.request(method, path))).body
}

/** The approvals of all agents of the user. */
async function approvalsOf(call: CommandCall): Promise<Approval[]> {
  const { agents } = (await ask(call, 'GET', base)) as { agents: { agentId: string }[] }
  const found: Approval[] = []
  for (const { agentId } of agents)
    found.push(...((await ask(call, 'GET', `${base}/${agentId}/approvals`)) as { approvals: Approval[] }).approvals)
  return found
}

async function find(call: CommandCall): Promise<Approval> {
  const found = (await approvalsOf(call)).find(({ approvalId }) => approvalId === call.args[0])
  if (found) return found
  const publicMessage = `No agent of ${call.options.needed('as')} asked for that. See what they asked for: ${call.hint(`agent approvals --as ${call.options.needed('as')} --all`)}`
  throw new Fault('unknown_approval', { retryable: false, publicMessage })
}

function inWords({ approvalId, state, event, highestTotal, units, expiresAt }: Approval): string {
  return `${approvalId}  ${state}  up to ${highestTotal} USDT and ${units} units, until ${expiresAt}  ${JSON.stringify(event)}`
}
