import { type CallInput, type InputOf, type OperationId, type OutputOf, sentFor } from './api.ts'
import { type NewEvent, type TradeOutcome, newEventId, outcomeOf } from './trade.ts'
import { type Answer, type ClientOptions, createTransport } from './transport.ts'
import { type EventView, type WaitOptions, waitForEnd } from './wait-for-end.ts'

export interface Client {
  /**
   * One operation of the API, by its name in the OpenAPI document. Throws `SpeciesError` for every answer that is not a success.
   * Tried again where no answer came if it only reads, or if it happens once however often it is sent.
   */
  call<Op extends OperationId>(operation: Op, ...input: CallInput<Op>): Promise<OutputOf<Op>>
  /** One signed call to an address, with the whole answer. Throws as `call` does. Only reads are tried again. */
  request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /**
   * Sends an event and says what became of that, without throwing for a refusal. Makes an `eventId` where there is none. Tried
   * again under the same id, so that it happens once.
   */
  trade(event: Omit<NewEvent, 'eventId'> & { eventId?: string }): Promise<TradeOutcome>
  /** Submits an event, as `trade` does; throws where it was not accepted, or where that is unknown. */
  submitEvent(event: NewEvent): Promise<OutputOf<'submitEvent'>>
  getEvent(eventId: string): Promise<EventView>
  /** Waits until the event has ended, by its live stream or by asking. Throws `still_waiting` when the time is over. */
  waitForEnd(eventId: string, options?: WaitOptions): Promise<EventView>
  /** By an event id of yours, or by receipt id for every party. `jws` is the signed form, `receipt` what it tells you. */
  getReceipt(id: string): Promise<SignedReceipt>
  listings(query?: InputOf<'listListings'>['query']): Promise<OutputOf<'listListings'>>
  balance(onliId: string): Promise<OutputOf<'getBalance'>>
  transactions(onliId: string, query?: InputOf<'listTransactions'>['query']): Promise<OutputOf<'listTransactions'>>
}

export type SignedReceipt = OutputOf<'getReceipt'>

/** Calls the marketplace's public API as the owner of a key. */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options)
  const send = async <Op extends OperationId>(operation: Op, input?: InputOf<Op>): Promise<OutputOf<Op>> =>
    // The document promises it: the marketplace's answers are held against the same schemas.
    (await transport.call(sentFor(operation, input))).body as OutputOf<Op>
  const submitEvent = async (event: NewEvent): Promise<OutputOf<'submitEvent'>> =>
    await send('submitEvent', { body: event })
  const getEvent = async (eventId: string): Promise<EventView> => await send('getEvent', { path: { eventId } })

  return {
    call: async (operation, ...[input]) => await send(operation, input),
    request: async (method, path, body, headers = {}) => {
      const repeatable = method === 'GET' || method === 'HEAD'
      return await transport.call({ method, path, body, headers, repeatable })
    },
    trade: async (event) => await outcomeOf({ ...event, eventId: event.eventId ?? newEventId() }, submitEvent),
    submitEvent,
    getEvent,
    waitForEnd: async (eventId, wait = {}) => {
      const { path } = sentFor('streamEvent', { path: { eventId } })
      const stream = async (signal: AbortSignal): Promise<Response> => await transport.open(path, signal)
      return await waitForEnd({ eventId, stream, read: async () => await getEvent(eventId) }, wait)
    },
    getReceipt: async (id) => await send('getReceipt', { path: { id } }),
    listings: async (query = {}) => await send('listListings', { query }),
    balance: async (onliId) => await send('getBalance', { path: { onliId } }),
    transactions: async (onliId, query = {}) => await send('listTransactions', { path: { onliId }, query }),
  }
}
