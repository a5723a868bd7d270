import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isInTree, parseUsdt } from '@species/kernel'
import { DataDirectory } from '../processes/data-directory.ts'
import { readSettings } from '../settings/settings.ts'
import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'

interface Document {
  readonly day: string
  readonly sandbox: boolean
  readonly liabilities: { readonly usdt: string; readonly leaves: number; readonly root: string }
  readonly assets: { readonly usdt: string }
  readonly covered: boolean
}
interface Proof {
  readonly day: string
  readonly onliId: string
  readonly usdt: string
  readonly salt: string
  readonly path: readonly { readonly side: 'left' | 'right'; readonly digest: string; readonly usdt: string }[]
}
type Given = { readonly statement: string } & Partial<Proof>

/** `solvency …`: what users are owed, and what is there for it. */
export const solvencyRows: readonly CommandRow[] = [
  {
    name: 'solvency get',
    isDefault: true,
    summary: 'print the day’s signed statement, or with --as a user’s own leaf and path',
    details: 'Example: species solvency get --as alice --json > mine.json',
    options: [
      ['--as <onliId>', 'whose leaf'],
      ['--day <day>', 'as 2026-11-30; the newest unless given'],
    ],
    async run(call: CommandCall): Promise<void> {
      const { options } = call
      const as = options.text('as')
      const day = options.text('day')
      const path = `/marketplace/v1/solvency${as === undefined ? '' : '/me'}${day === undefined ? '' : `?day=${encodeURIComponent(day)}`}`
      const { body } = await call.over(as ?? 'operator', ({ client }) => client.request('GET', path))
      const given = body as Given
      const owed =
        given.usdt === undefined ? '' : `\nYou were owed ${given.usdt} USDT. Check it: species solvency verify <file>`
      call.print(body, `${documentInWords(documentIn(given.statement))}${owed}`)
    },
  },
  {
    name: 'solvency verify',
    usage: '<file>',
    summary: 'check offline that a statement is signed, and that a leaf is in its sum; exit 1 if not',
    details:
      'The file holds what `solvency get --json` prints, with or without a user’s leaf; - is standard input.\n\nExample: species solvency verify mine.json --keys jwks.json',
    options: [
      ['--keys <file>', 'the marketplace’s public keys (JWK set); without it the ones kept in the data directory'],
    ],
    async run(call: CommandCall): Promise<void> {
      const [file = ''] = call.args
      const given = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')) as Given
      const keys =
        call.options.text('keys') ??
        new DataDirectory(readSettings(call.terminal.environment).dataDirectory).publicKeysFile
      if (!existsSync(keys))
        throw new Error(
          `There are no public keys in ${keys}. Give the key set with --keys (its address is /.well-known/jwks.json).`,
        )
      const isSigned = isSignedBy(given.statement, JSON.parse(readFileSync(keys, 'utf8')) as { keys: Jwk[] })
      const document = documentIn(given.statement)
      const isIncluded = given.path === undefined ? undefined : isLeafOf(given as Given & Proof, document)
      const isGood = isSigned && isIncluded !== false
      call.exitCode = isGood ? 0 : 1
      const words = [
        isSigned
          ? 'The signature is the marketplace’s.'
          : 'The statement is not signed by one of these keys, or was altered.',
        ...(isIncluded === undefined
          ? []
          : [
              isIncluded
                ? `${given.usdt ?? ''} USDT of ${given.onliId ?? ''} are in the sum.`
                : 'This leaf is not in the sum: what you are owed was left out, or the file was altered.',
            ]),
        documentInWords(document),
      ]
      call.print({ verified: isGood, signed: isSigned, included: isIncluded, document }, words.join('\n'))
    },
  },
]

type Jwk = Parameters<typeof createPublicKey>[0] & { readonly kid?: string }

/** Compact JWS with EdDSA (RFC 7515, RFC 8037), of the type of a statement. */
function isSignedBy(jws: string, { keys }: { readonly keys: readonly Jwk[] }): boolean {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const { alg, kid, typ } = JSON.parse(Buffer.from(header, 'base64url').toString()) as Readonly<Record<string, unknown>>
  const jwk = keys.find((key) => key.kid === kid)
  if (!jwk || alg !== 'EdDSA' || typ !== 'species-solvency+jws') return false
  const key = createPublicKey({ key: jwk as never, format: 'jwk' })
  return verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))
}

function isLeafOf({ onliId, usdt, salt, path, day }: Proof, document: Document): boolean {
  const { liabilities } = document
  const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
  return (
    day === document.day &&
    isInTree(
      { name: onliId, salt: Buffer.from(salt, 'hex'), amount: micro(usdt) },
      path.map((step) => ({ side: step.side, digest: Buffer.from(step.digest, 'hex'), sum: micro(step.usdt) })),
      { digest: Buffer.from(liabilities.root, 'hex'), sum: micro(liabilities.usdt) },
      sha256,
    )
  )
}

/** A quantity that is none is below zero: no tree has it. */
function micro(text: string): bigint {
  const parsed = parseUsdt(text)
  return parsed.ok ? parsed.value : -1n
}

function documentIn(jws: string): Document {
  const [, payload = ''] = jws.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Document
}

function documentInWords({ day, liabilities, assets, covered, sandbox }: Document): string {
  return [
    `On ${day}${sandbox ? ' (sandbox)' : ''} ${liabilities.usdt} USDT were owed to ${liabilities.leaves} accounts, and the wallets held ${assets.usdt} USDT.`,
    covered ? 'What is owed is covered.' : 'What is owed is not covered by these wallets.',
  ].join('\n')
}
