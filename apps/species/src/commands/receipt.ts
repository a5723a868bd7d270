import { existsSync, readFileSync } from 'node:fs'
import { verifySignedReceipt } from '@species/sdk'
import type { Command } from 'commander'
import { DataDirectory } from '../processes/data-directory.ts'
import { receiptInWords, withheldInWords } from '../demo/receipt-words.ts'
import { readSettings } from '../settings/settings.ts'
import { over } from './connect.ts'
import { hint, print } from './output.ts'

/** `receipt …`: read receipts and verify them without asking anybody. */
export function addReceiptCommands(program: Command): void {
  const receipt = program.command('receipt').description('read and verify receipts')
  receipt
    .command('get')
    .argument('<id>', 'an event id of yours, or a receipt id')
    .requiredOption('--as <onliId>', 'who asks')
    .option('--json', 'print JSON, with the signed form')
    .description('print a receipt')
    .action(async (id: string, options: { as: string; json?: true }) => {
      const got = await over(options.as, ({ client }) => client.getReceipt(id))
      const { withheld = 0 } = got
      const others = withheld === 0 ? '' : `\n${withheldInWords(withheld)}`
      const newer = got.supersededBy
      const since =
        newer === undefined
          ? ''
          : `\nSuperseded by ${newer}: something happened since.\n  ${hint(`receipt get ${newer} --as ${options.as}`)}`
      print(options, got, `${receiptInWords(got.receipt)}${others}${since}`)
    })
  receipt
    .command('verify')
    .argument(
      '<file>',
      'a file with the signed receipt (JWS), or the JSON that `receipt get --json` prints; - for standard input',
    )
    .option('--keys <file>', "the marketplace's public keys (JWK set); without it the ones kept in the data directory")
    .option('--json', 'print JSON')
    .description('check offline that a receipt is signed and says what was signed, and print it')
    .action(async (file: string, options: { keys?: string; json?: true }) => {
      const signed = signedIn(readFileSync(file === '-' ? 0 : file, 'utf8'))
      const keys = options.keys ?? new DataDirectory(readSettings(process.env).dataDirectory).publicKeysFile
      if (!existsSync(keys))
        throw new Error(
          `There are no public keys in ${keys}. Give the marketplace's key set with --keys (its address is /.well-known/jwks.json), or set SPECIES_DATA_DIR to a data directory of that marketplace.`,
        )
      const { receipt, withheld } = await verifySignedReceipt(
        signed,
        JSON.parse(readFileSync(keys, 'utf8')) as Parameters<typeof verifySignedReceipt>[1],
      )
      const others = withheld === 0 ? '' : `\n${withheldInWords(withheld)}`
      print(
        options,
        { verified: true, receipt, withheld },
        `The signature is the marketplace's.\n${receiptInWords(receipt)}${others}`,
      )
    })
}

/** The signed form alone, or a file in which the readable form stands beside it. */
function signedIn(text: string): { jws: string; receipt?: unknown } {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return { jws: trimmed }
  const { jws, receipt } = JSON.parse(trimmed) as { jws?: unknown; receipt?: unknown }
  if (typeof jws !== 'string')
    throw new Error('The file has no field `jws`. Save what `species receipt get --json` prints.')
  return { jws, receipt }
}
