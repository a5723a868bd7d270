'use client'
import { useCallback } from 'react'
import { type Question, useConfirm } from '../ui/confirm.tsx'
import { api, sha256 } from './api.ts'
import { type BrowserKey, base64url, makeKeyPair, readKey } from './key-store.ts'
import { listPasskeys } from './passkeys.ts'
import { useCanOrderSandbox } from './sandbox.ts'

/** Sends a request that its person confirms; undefined where they did not, and nothing was sent. */
export type SendConfirmed = (question: Question) => Promise<{ readonly answer: unknown } | undefined>

/**
 * By a passkey, in the dialog. In the sandbox of this machine a user without one confirms with a key that is made for this one request
 * and revoked after it.
 */
export function useSendConfirmed(): SendConfirmed {
  const ask = useConfirm()
  const canOrder = useCanOrderSandbox()
  return useCallback<SendConfirmed>(
    async (question) =>
      canOrder && (await listPasskeys()).length === 0 ? await confirmedInSandbox(question) : await ask(question),
    [ask, canOrder],
  )
}

async function confirmedInSandbox({ method, path, body }: Question): Promise<{ readonly answer: unknown }> {
  const key = await readKey()
  if (!key) return { answer: await api(path, { method, body }) }
  const { keyId, privateKey } = await secondKeyOf(key)
  try {
    const text = body === undefined ? '' : JSON.stringify(body)
    const confirmation = await confirmationOf({ keyId, privateKey, onliId: key.onliId }, `${method} ${path}`, text)
    return { answer: await api(path, { method, body, headers: { 'species-confirmation': confirmation } }) }
  } finally {
    await api(`/marketplace/v1/keys/${keyId}`, { method: 'DELETE' }).catch(() => undefined)
  }
}

type Signing = Pick<BrowserKey, 'keyId' | 'onliId' | 'privateKey'>

/** Its private half is never stored. */
async function secondKeyOf({ onliId }: BrowserKey): Promise<Pick<Signing, 'keyId' | 'privateKey'>> {
  const { privateKey, publicKey } = await makeKeyPair()
  const { keyId } = await api<{ keyId: string }>('/marketplace/v1/sign-in/sandbox', {
    method: 'POST',
    body: { as: onliId, publicKey },
    signed: 'no',
  })
  return { keyId, privateKey }
}

/** The value of the header: see docs/how-to/pay-out.md. */
async function confirmationOf({ keyId, privateKey, onliId }: Signing, request: string, body: string): Promise<string> {
  const atMs = Date.now()
  const text = ['SPECIES confirmation 1', onliId, request, base64url(await sha256(body)), String(atMs)].join('\n')
  const signature = await crypto.subtle.sign('Ed25519', privateKey, new TextEncoder().encode(text))
  return `${keyId}.${atMs}.${base64url(new Uint8Array(signature))}`
}
