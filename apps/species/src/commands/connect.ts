import { createLogger } from '@species/runtime'
import { type Client, createClient, createSigner } from '@species/sdk'
import { DirectoryTaken, compose } from '../compose.ts'
import { DataDirectory, type LocalKey } from '../local/data-directory.ts'
import { type Settings, readSettings } from '../settings.ts'

/** A way to the marketplace of this data directory, signing with one of its keys. */
export interface Connection {
  readonly client: Client
  readonly directory: DataDirectory
  close(): Promise<void>
}

/**
 * Talks to the process that holds the data directory; where there is none, composes the program here, for this one command,
 * without listening. Either way the same HTTP handlers answer the same signed requests.
 */
export async function connect(keyName: string, settings: Settings = readSettings(process.env)): Promise<Connection> {
  const directory = new DataDirectory(settings.dataDirectory)
  const running = directory.readRunning()
  if (running && (await answers(running.url))) {
    return {
      client: createClient({
        baseUrl: running.url,
        publicUrl: running.publicUrl,
        signer: signerOf(directory, keyName),
      }),
      directory,
      close: () => Promise.resolve(),
    }
  }
  const log = createLogger({ level: 'error', stream: process.stderr })
  try {
    // Where messages go over a broker others work on them; this process lives for one command.
    const modules = settings.nats ? { modules: [] } : {}
    const program = await compose({ ...settings, sandboxPort: 0 }, { log, ...modules })
    const baseUrl = 'http://species.invalid'
    const client = createClient({
      baseUrl,
      publicUrl: settings.publicUrl,
      signer: signerOf(directory, keyName),
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

function signerOf(directory: DataDirectory, keyName: string): ReturnType<typeof createSigner> {
  const key = directory.readKey(keyName)
  if (!key)
    throw new Error(`There is no key of ${keyName} in ${directory.path}/keys. Make one: species key create ${keyName}`)
  return createSigner(signerOptions(key))
}

export function signerOptions(key: LocalKey): Parameters<typeof createSigner>[0] {
  return key.alg === 'ed25519'
    ? { alg: 'ed25519', keyId: key.keyId, privateKey: key.privateKey }
    : { alg: 'hmac', keyId: key.keyId, secret: key.secret }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(3_000) })).ok
  } catch {
    return false
  }
}

/** Runs one command over a connection and closes it whatever happens. */
export async function over<T>(keyName: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(keyName)
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}
