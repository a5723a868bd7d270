import { type DoctorReport, askDoctor } from './ask-doctor.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

interface Review {
  readonly eventKey: string
  readonly owner: string
  readonly eventId: string
  readonly reason: string
  readonly decision?: string
  readonly decidedBy?: string
  readonly decisionReason?: string
}

interface ReviewDetail extends Review {
  readonly raisedBy: string
  readonly facts: Readonly<Record<string, string>>
  readonly steps: readonly { module: string; state: string; at: string; awaiting?: string; refusal?: string }[]
  readonly postings: readonly {
    transferId: string
    kind: string
    at: string
    entries: readonly { account: string; asset: string; amount: string }[]
  }[]
}

/** `doctor`, `review`: for the people who run it. */
export const operationRows: readonly CommandRow[] = [
  {
    name: 'doctor',
    summary: 'check everything that must always be true, while it runs; exit 1 if something is not',
    async run(call: CommandCall): Promise<void> {
      const report = await call.over('operator', ({ client }) =>
        askDoctor(client, (rows) => {
          call.note(`Checking: ${rows} rows of the ledger so far …`)
        }),
      )
      call.print(report, inWords(report))
      call.exitCode = report.healthy ? 0 : 1
    },
  },
  {
    name: 'review list',
    summary: 'list them, oldest first',
    options: [['--decided', 'those that are decided, newest first']],
    async run(call: CommandCall): Promise<void> {
      const path = `/admin/v1/reviews${call.options.has('decided') ? '?state=decided' : ''}`
      const { body } = await call.over('operator', ({ client }) => client.request('GET', path))
      const { reviews } = body as { reviews: Review[] }
      const lines = reviews.map(
        (one) =>
          `${one.eventKey}  ${one.owner}/${one.eventId}: ${one.reason}${one.decision === undefined ? '' : `  → ${one.decision} by ${one.decidedBy ?? ''}: ${one.decisionReason ?? ''}`}`,
      )
      call.print(reviews, lines.length === 0 ? 'Nothing waits for you.' : lines.join('\n'))
    },
  },
  {
    name: 'review show',
    usage: '<eventKey>',
    summary: 'show one: every step and posting; with --json the proof and the message as well',
    async run(call: CommandCall): Promise<void> {
      const [eventKey = ''] = call.args
      const path = `/admin/v1/reviews/${encodeURIComponent(eventKey)}`
      const { body } = await call.over('operator', ({ client }) => client.request('GET', path))
      call.print(body, reviewInWords(body as ReviewDetail))
    },
  },
  {
    name: 'review decide',
    usage: '<eventKey> <decision>',
    summary: 'decide one',
    details: 'Decisions: confirm, where the units did change owner; refuse, where they did not and will not.',
    options: [['!--reason <text>', 'why; it is kept and stands in the receipt']],
    async run(call: CommandCall): Promise<void> {
      const [eventKey = '', decision = ''] = call.args
      const { body } = await call.over('operator', ({ client }) =>
        client.request('POST', `/admin/v1/reviews/${encodeURIComponent(eventKey)}`, {
          decision,
          reason: call.options.needed('reason'),
        }),
      )
      call.print(body, `Decided: ${decision}.`)
    },
  },
]

function reviewInWords(one: ReviewDetail): string {
  return [
    `${one.eventKey}: ${one.reason} (raised by the ${one.raisedBy})`,
    ...Object.entries(one.facts).map(([name, value]) => `  ${name}: ${value}`),
    'Steps:',
    ...one.steps.map(({ at, module, state, awaiting, refusal }) =>
      `  ${at}  ${module}  ${state}  ${awaiting ?? refusal ?? ''}`.trimEnd(),
    ),
    one.postings.length === 0 ? 'Nothing is posted for it.' : 'Postings:',
    ...one.postings.flatMap(({ at, kind, transferId, entries }) => [
      `  ${at}  ${kind}  ${transferId}`,
      ...entries.map(({ account, asset, amount }) => `    ${account}  ${amount} ${asset}`),
    ]),
    one.decision === undefined
      ? 'It is open.'
      : `Decided: ${one.decision} by ${one.decidedBy ?? ''}: ${one.decisionReason ?? ''}`,
  ].join('\n')
}

function inWords(report: DoctorReport): string {
  const { vaults, paymentsUsdt, ledgerRows } = report.checked
  return [
    report.healthy
      ? 'Everything that must be true is true.'
      : `${report.breaches.length} things are not as they must be:`,
    ...report.breaches.map((breach) => `  ! ${breach}`),
    `Checked: the ledger (${ledgerRows} rows), the book, ${vaults} vaults, ${paymentsUsdt} USDT of payments.`,
    report.inFlight.length === 0
      ? 'No event is in flight.'
      : `In flight: ${report.inFlight.length}, the oldest ${report.inFlight[0]?.owner ?? ''}/${report.inFlight[0]?.eventId ?? ''} since ${report.inFlight[0]?.acceptedAt ?? ''}.`,
    ...report.openReviews.map((review) => `  ? ${review.eventKey} waits for a person: ${review.reason}`),
  ].join('\n')
}
