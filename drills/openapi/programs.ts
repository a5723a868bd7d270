/**
 * Programs as an integrator writes them with a generated client: alice sends bob units and reads the receipt. They are text,
 * because what they import is generated from the running marketplace. `fetch` signs.
 */
export const programs: Readonly<Record<string, string>> = {
  'openapi-fetch': `
import createClient from 'openapi-fetch'
import type { paths } from './schema'

export async function trade(baseUrl: string, fetch: (request: Request) => Promise<Response>, eventId: string): Promise<string> {
  const client = createClient<paths>({ baseUrl, fetch })
  const sent = await client.POST('/marketplace/v1/events', { body: { eventId, from: 'alice', to: 'bob', amount: 5 } })
  if (sent.error) throw new Error(sent.error.code + ': ' + sent.error.detail)
  for (;;) {
    const asked = await client.GET('/marketplace/v1/events/{eventId}', { params: { path: { eventId } } })
    if (asked.error) throw new Error(asked.error.detail)
    if (asked.data.ended !== undefined) break
    await new Promise((done) => setTimeout(done, 50))
  }
  const read = await client.GET('/marketplace/v1/receipts/{id}', { params: { path: { id: eventId } } })
  if (read.error) throw new Error(read.error.detail)
  return read.data?.receipt.status ?? 'none'
}
`,
  'hey-api': `
import { createClient } from './hey/client'
import { getEvent, getReceipt, submitEvent } from './hey'

export async function trade(baseUrl: string, fetch: (request: Request) => Promise<Response>, eventId: string): Promise<string> {
  const client = createClient({ baseUrl, fetch: fetch as typeof globalThis.fetch })
  const sent = await submitEvent({ client, body: { eventId, from: 'alice', to: 'bob', amount: '5' } })
  if (sent.error) throw new Error(sent.error.code + ': ' + sent.error.detail)
  for (;;) {
    const asked = await getEvent({ client, path: { eventId } })
    if (asked.error) throw new Error(asked.error.detail)
    if (asked.data?.ended !== undefined) break
    await new Promise((done) => setTimeout(done, 50))
  }
  const read = await getReceipt({ client, path: { id: eventId } })
  if (read.error) throw new Error(read.error.detail)
  return read.data?.receipt.status ?? 'none'
}
`,
}
