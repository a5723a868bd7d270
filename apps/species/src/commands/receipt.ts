import { existsSync, readFileSync } from 'node:fs'
import { verifyReceipt } from '@species/sdk'
import type { Command } from 'commander'
import { DataDirectory } from '../local/data-directory.ts'
import { receiptInWords } from '../local/receipt-words.ts'
import { readSettings } from '../settings.ts'
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
      const newer = got.supersededBy
      const since =
        newer === undefined
          ? ''
          : `\nSuperseded by ${newer}: something happened since.\n  ${hint(`receipt get ${newer} --as ${options.as}`)}`
      print(options, got, `${receiptInWords(got.receipt)}${since}`)
    })
  receipt
    .command('verify')
    .argument(
      '<file>',
      'a file with the signed receipt (JWS), or the JSON that `receipt get --json` prints; - for standard input',
    )
    .option('--keys <file>', "the marketplace's public keys (JWK set); without it the ones kept in the data directory")
    .option('--json', 'print JSON')
    .description("check a receipt's signature offline and print what it says")
    .action(async (file: string, options: { keys?: string; json?: true }) => {
      const jws = jwsIn(readFileSync(file === '-' ? 0 : file, 'utf8'))
      const keys = options.keys ?? new DataDirectory(readSettings(process.env).dataDirectory).publicKeysFile
      if (!existsSync(keys))
        throw new Error(
          `There are no public keys in ${keys}. Give the marketplace's key set with --keys (its address is /.well-known/jwks.json), or set SPECIES_DATA_DIR to a data directory of that marketplace.`,
        )
      const verified = await verifyReceipt(
        jws,
        JSON.parse(readFileSync(keys, 'utf8')) as Parameters<typeof verifyReceipt>[1],
      )
      print(
        options,
        { verified: true, receipt: verified },
        `The signature is the marketplace's.\n${receiptInWords(verified)}`,
      )
    })
}

function jwsIn(text: string): string {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return trimmed
  const { jws } = JSON.parse(trimmed) as { jws?: unknown }
  if (typeof jws !== 'string')
    throw new Error('The file has no field `jws`. Save what `species receipt get --json` prints.')
  return jws
}
