import type { Command } from 'commander'
import { type DoctorReport, askDoctor } from './ask-doctor.ts'
import { over } from './connect.ts'
import { print } from './output.ts'

/** `doctor`, `reconcile`, `review`: for the people who run it. */
export function addOperatorCommands(program: Command): void {
  program
    .command('doctor')
    .option('--json', 'print JSON')
    .description('check everything that must always be true, while it runs; exit 1 if something is not')
    .action(async (options: { json?: true }) => {
      const report = await over('operator', ({ client }) =>
        askDoctor(client, (rows) => {
          process.stderr.write(`Checking: ${rows} rows of the ledger so far …\n`)
        }),
      )
      print(options, report, inWords(report))
      process.exitCode = report.healthy ? 0 : 1
    })
  program
    .command('reconcile')
    .option('--json', 'print JSON')
    .description('compare every vault with the ledger and book what users moved outside the marketplace')
    .action(async (options: { json?: true }) => {
      const found = (await over('operator', ({ client }) => client.request('POST', '/admin/v1/reconciliations')))
        .body as {
        compared: number
        observed: unknown[]
        needsPerson: unknown[]
        unanswered: string[]
      }
      print(
        options,
        found,
        `${found.compared} vaults compared: ${found.observed.length} moved outside and are being booked, ${found.needsPerson.length} need a person, ${found.unanswered.length} did not answer.`,
      )
      process.exitCode = found.needsPerson.length + found.unanswered.length === 0 ? 0 : 1
    })
  addReviewCommands(program)
}

function addReviewCommands(program: Command): void {
  const review = program.command('review').description('events that wait for a person')
  review
    .command('list')
    .option('--json', 'print JSON')
    .description('list them, oldest first')
    .action(async (options: { json?: true }) => {
      const { reviews } = (await over('operator', ({ client }) => client.request('GET', '/admin/v1/reviews'))).body as {
        reviews: { eventKey: string; owner: string; eventId: string; reason: string }[]
      }
      const lines = reviews.map((one) => `${one.eventKey}  ${one.owner}/${one.eventId}: ${one.reason}`)
      print(options, reviews, lines.length === 0 ? 'Nothing waits for you.' : lines.join('\n'))
    })
  review
    .command('decide')
    .argument('<eventKey>')
    .argument('<decision>', 'confirm: the units did change owner; refuse: they did not and will not')
    .requiredOption('--reason <text>', 'why; it is kept and stands in the receipt')
    .option('--json', 'print JSON')
    .description('decide one')
    .action(async (eventKey: string, decision: string, options: { reason: string; json?: true }) => {
      const answer = await over('operator', ({ client }) =>
        client.request('POST', `/admin/v1/reviews/${eventKey}`, { decision, reason: options.reason }),
      )
      print(options, answer.body, `Decided: ${decision}.`)
    })
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
