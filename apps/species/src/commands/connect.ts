import { Writable } from 'node:stream'
import { createLogger } from '@species/platform'
import { Fault } from '@species/kernel'
import { type Client, createClient, createSigner } from '@species/sdk'
import { compose } from '../compose/compose.ts'
import { DirectoryTaken } from '../compose/local.ts'
import { DataDirectory, type LocalKey, type Running } from '../processes/data-directory.ts'
import { readSettings } from '../settings/settings.ts'
import { hint } from './output.ts'
import type { Terminal } from './terminal.ts'

/** A way to the marketplace of this data directory, signing with one of its keys. */
export interface Connection {
  readonly client: Client
  readonly directory: DataDirectory
  close(): Promise<void>
}

/**
 * Talks to the process that works on the data directory; where there is none, composes the program here, for this one command,
 * without listening. Either way the same HTTP handlers answer the same signed requests. Makes no marketplace: where there is none
 * it says so.
 */
export async function connect(
  keyName: string,
  { environment, err }: Pick<Terminal, 'environment' | 'err'>,
): Promise<Connection> {
  const settings = readSettings(environment)
  const directory = new DataDirectory(settings.dataDirectory)
  if (settings.database.kind === 'embedded' && !directory.hasDatabase) throw noMarketplace(directory.path)
  // Before anything is opened: for a key that is not there nothing has to be closed again.
  const signer = signerOf(directory, keyName, environment['SPECIES_DATA_DIR'])
  const running = directory.readRunning()
  if (running && (await isThere(running))) {
    const { url: baseUrl, publicUrl } = running
    return { client: createClient({ baseUrl, publicUrl, signer }), directory, close: () => Promise.resolve() }
  }
  const log = createLogger({
    level: 'error',
    stream: new Writable({
      write: (chunk, _encoding, done) => {
        err(String(chunk))
        done()
      },
    }),
  })
  try {
    // Where messages go over a broker others work on them; this process lives for one command.
    const modules = settings.nats ? { modules: [] } : {}
    const program = await compose({ ...settings, sandboxPort: 0 }, { log, ...modules, onlyExisting: true })
    const baseUrl = 'http://species.invalid'
    const client = createClient({
      baseUrl,
      publicUrl: settings.publicUrl,
      signer,
      fetch: async (input, init) => await program.fetch(new Request(input, init)),
    })
    return { client, directory, close: () => program.close() }
  } catch (error) {
    if (!(error instanceof DirectoryTaken)) throw error
    throw new Error(
      `${settings.dataDirectory} is held by a process that does not answer${running ? ` at ${running.url}` : ' yet'}. Wait until it says ready, or stop it.`,
      { cause: error },
    )
  }
}

function noMarketplace(path: string): Fault {
  return new Fault('no_marketplace', {
    retryable: false,
    publicMessage: `There is no marketplace in ${path}, and none was made. Set SPECIES_DATA_DIR to the data directory of yours, or start one: npm start`,
  })
}

function signerOf(
  directory: DataDirectory,
  keyName: string,
  dataDirectory: string | undefined,
): ReturnType<typeof createSigner> {
  const key = directory.readKey(keyName)
  if (key) return createSigner(signerOptions(key))
  const next =
    keyName === 'operator'
      ? 'It is made where a process of the marketplace runs: set SPECIES_DATA_DIR to the data directory of one'
      : `Make one: ${hint(`key create ${keyName}`, dataDirectory)}`
  throw new Fault('no_key', {
    retryable: false,
    publicMessage: `There is no key of ${keyName} in ${directory.path}/keys. ${next}`,
  })
}

export function signerOptions(key: LocalKey): Parameters<typeof createSigner>[0] {
  return key.alg === 'ed25519'
    ? { alg: 'ed25519', keyId: key.keyId, privateKey: key.privateKey }
    : { alg: 'hmac', keyId: key.keyId, secret: key.secret }
}

/** Whether the process that wrote the note is the one that answers there now: another marketplace may have the port. */
async function isThere({ url, instance }: Running): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(3_000) })
    if (!response.ok) return false
    const said = (await response.json()) as { instance?: unknown }
    // A note without one is of an older program, which tells none.
    return said.instance === instance
  } catch {
    return false
  }
}
