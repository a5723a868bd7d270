import { z } from 'zod'
import { type Answer, type ClientOptions, createTransport } from './transport.ts'
import { type EventView, type WaitOptions, eventViewSchema, waitForEnd } from './wait-for-end.ts'

/** An object of the API; its fields are in the OpenAPI document. */
export type Fields = Readonly<Record<string, unknown>>

type Query = Readonly<Record<string, string | number | undefined>>

export interface Client {
  /** One signed call. Throws `SpeciesError` for every answer that is not a success. Only reads are tried again. */
  request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Submits an event. Tried again under the same `eventId` where no answer came, so that it happens once. */
  submitEvent(event: Fields): Promise<Fields>
  getEvent(eventId: string): Promise<EventView>
  /** Waits until the event has ended, by its live stream or by asking. Throws `still_waiting` when the time is over. */
  waitForEnd(eventId: string, options?: WaitOptions): Promise<EventView>
  /** By an event id of yours, or by receipt id for every party. `jws` is the signed form, `receipt` what it tells you. */
  getReceipt(id: string): Promise<SignedReceipt>
  listings(query?: Query): Promise<Fields>
  balance(onliId: string): Promise<Fields>
  transactions(onliId: string, query?: Query): Promise<Fields>
}

const fieldsSchema = z.record(z.string(), z.unknown())
const signedReceiptSchema = z.object({
  receipt: fieldsSchema,
  jws: z.string(),
  /** How many fields the signature covers that are for other parties. */
  withheld: z.number().optional(),
  /** Set where something happened since: the newest receipt of the event. */
  supersededBy: z.string().optional(),
})
export type SignedReceipt = z.infer<typeof signedReceiptSchema>

/** Calls the marketplace's public API as the owner of a key. */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options)
  const get = async <T>(schema: z.ZodType<T>, path: string, query: Query = {}): Promise<T> =>
    schema.parse((await transport.call('GET', path + searchOf(query), undefined, true)).body)
  const getEvent = async (eventId: string): Promise<EventView> => await get(eventViewSchema, eventPath(eventId))

  return {
    request: async (method, path, body, headers) =>
      await transport.call(method, path, body, method === 'GET' || method === 'HEAD', headers),
    submitEvent: async (event) =>
      fieldsSchema.parse((await transport.call('POST', '/marketplace/v1/events', event, true)).body),
    getEvent,
    waitForEnd: async (eventId, wait = {}) => {
      const stream = async (signal: AbortSignal): Promise<Response> =>
        await transport.open(`${eventPath(eventId)}/stream`, signal)
      return await waitForEnd({ eventId, stream, read: async () => await getEvent(eventId) }, wait)
    },
    getReceipt: async (id) => await get(signedReceiptSchema, `/marketplace/v1/receipts/${encodeURIComponent(id)}`),
    listings: async (query) => await get(fieldsSchema, '/marketplace/v1/listings', query),
    balance: async (onliId) => await get(fieldsSchema, `${userPath(onliId)}/balance`),
    transactions: async (onliId, query) => await get(fieldsSchema, `${userPath(onliId)}/transactions`, query),
  }
}

function eventPath(eventId: string): string {
  return `/marketplace/v1/events/${encodeURIComponent(eventId)}`
}

function userPath(onliId: string): string {
  return `/marketplace/v1/users/${encodeURIComponent(onliId)}`
}

function searchOf(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()
  return search === '' ? '' : `?${search}`
}
