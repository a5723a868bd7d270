import { existsSync, readFileSync } from 'node:fs'
import { verifySignedReceipt } from '@species/sdk'
import { DataDirectory } from '../processes/data-directory.ts'
import { receiptInWords, withheldInWords } from '../demo/receipt-words.ts'
import { readSettings } from '../settings/settings.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

/** `receipt …`: read receipts and verify them offline. */
export const receiptRows: readonly CommandRow[] = [
  {
    name: 'receipt get',
    usage: '<id>',
    summary: 'print a receipt',
    details: 'By an event id of yours, or a receipt id. With --json the signed form is printed too.',
    options: [['!--as <onliId>', 'who asks']],
    async run(call: CommandCall): Promise<void> {
      const [id = ''] = call.args
      const onliId = call.options.needed('as')
      const got = await call.over(onliId, ({ client }) => client.getReceipt(id))
      const { withheld, supersededBy: newer } = got
      const others = withheld === 0 ? '' : `\n${withheldInWords(withheld)}`
      const since =
        newer === undefined
          ? ''
          : `\nSuperseded by ${newer}: something happened since.\n  ${call.hint(`receipt get ${newer} --as ${onliId}`)}`
      call.print(got, `${receiptInWords(got.receipt)}${others}${since}`)
    },
  },
  {
    name: 'receipt verify',
    usage: '<file>',
    summary: 'check offline that a receipt is signed and says what was signed, and print it',
    details: 'The file holds the signed receipt (JWS), or what `receipt get --json` prints; - is standard input.',
    options: [
      ['--keys <file>', "the marketplace's public keys (JWK set); without it the ones kept in the data directory"],
    ],
    async run(call: CommandCall): Promise<void> {
      const [file = ''] = call.args
      const signed = signedIn(readFileSync(file === '-' ? 0 : file, 'utf8'))
      const keys =
        call.options.text('keys') ??
        new DataDirectory(readSettings(call.terminal.environment).dataDirectory).publicKeysFile
      if (!existsSync(keys))
        throw new Error(
          `There are no public keys in ${keys}. Give the marketplace's key set with --keys (its address is /.well-known/jwks.json), or set SPECIES_DATA_DIR to a data directory of that marketplace.`,
        )
      const { receipt, withheld } = await verifySignedReceipt(
        signed,
        JSON.parse(readFileSync(keys, 'utf8')) as Parameters<typeof verifySignedReceipt>[1],
      )
      const others = withheld === 0 ? '' : `\n${withheldInWords(withheld)}`
      call.print(
        { verified: true, receipt, withheld },
        `The signature is the marketplace's.\n${receiptInWords(receipt)}${others}`,
      )
    },
  },
]

/** The signed form alone, or a file in which the readable form stands beside it. */
function signedIn(text: string): { jws: string; receipt?: unknown } {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return { jws: trimmed }
  const { jws, receipt } = JSON.parse(trimmed) as { jws?: unknown; receipt?: unknown }
  if (typeof jws !== 'string')
    throw new Error('The file has no field `jws`. Save what `species receipt get --json` prints.')
  return { jws, receipt }
}
