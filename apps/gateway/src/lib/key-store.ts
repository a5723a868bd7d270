/** The key of this browser. Its private half cannot be read by any script, this one included: it only signs. */
export interface BrowserKey {
  readonly keyId: string
  readonly onliId: string
  readonly scopes: readonly string[]
  /** RFC 3339; after it the key signs nothing. */
  readonly expiresAt: string
  readonly privateKey: CryptoKey
}

const databaseName = 'species'
const storeName = 'keys'
const slot = 'current'

/** The key that was kept, unless it has expired. */
export async function readKey(): Promise<BrowserKey | undefined> {
  const found = await inStore<BrowserKey | undefined>('readonly', (store) => store.get(slot))
  if (found === undefined || Date.parse(found.expiresAt) > Date.now()) return found
  await deleteKey()
  return undefined
}

export async function writeKey(key: BrowserKey): Promise<void> {
  await inStore('readwrite', (store) => store.put(key, slot))
}

export async function deleteKey(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(slot))
}

/** A new key pair; `publicKey` is its 32 raw bytes in base64url. */
export async function makeKeyPair(): Promise<{ privateKey: CryptoKey; publicKey: string }> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return { privateKey: pair.privateKey, publicKey: base64url(raw) }
}

export function base64url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const database = await open()
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(storeName, mode)
      const request = act(transaction.objectStore(storeName))
      transaction.oncomplete = () => {
        resolve(request.result as T)
      }
      transaction.onabort = transaction.onerror = () => {
        reject(transaction.error ?? new Error('The browser did not keep the key.'))
      }
    })
  } finally {
    database.close()
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(storeName)
    }
    request.onsuccess = () => {
      resolve(request.result)
    }
    request.onerror = () => {
      reject(request.error ?? new Error('The browser keeps no keys for this site.'))
    }
  })
}
