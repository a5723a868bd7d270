'use client'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import type { Listing } from './market.ts'

const base = '/marketplace/v1'

interface Amounts {
  readonly available: string
  readonly held: string
  readonly total: string
}

export interface Balance {
  readonly species: Amounts
  readonly usdt: { readonly credit: Amounts; readonly payable: string; readonly receivable: string }
}

/** An event as it is sent. */
export interface EventDraft {
  readonly intent?: string
  readonly from: string
  readonly to?: string
  readonly amount?: string
  readonly listingId?: string
  readonly delist?: string
  readonly timeInForce?: 'FOK' | 'IOC'
  readonly payWith?: Readonly<Record<string, string>>
  readonly putProceeds?: Readonly<Record<string, string>>
}

export interface EventLine {
  readonly eventId: string
  readonly acceptedAt: string
  readonly ended?: 'completed' | 'failed' | 'disputed'
  readonly event?: EventDraft
}

interface Refusal {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly retryable: boolean
}

/** How an event stands, by its status and its live stream. */
export interface EventState {
  readonly state: string
  /** What is awaited, as a word for programs. */
  readonly waitingOn?: string
  readonly waitingFor?: string
  readonly waitingUntil?: string
  readonly confirmations?: { readonly have: number; readonly need: number }
  readonly refusal?: Refusal
}

export interface Preview {
  readonly intent?: string
  readonly units?: string
  readonly total?: string
  readonly fee?: string
  readonly due?: string
  readonly proceeds?: string
  readonly fills: readonly { readonly listingId: string; readonly units: string; readonly unitPrice: string }[]
  readonly expiresAt?: string
  readonly refusal?: Refusal
}

export interface OwnListing extends Listing {
  readonly unitsReserved: string
  readonly status: 'pending' | 'open' | 'closing'
}

export interface SignedReceipt {
  readonly receipt: Readonly<Record<string, unknown>>
  readonly jws: string
  readonly withheld: number
  readonly supersededBy?: string
}

export interface Key {
  readonly keyId: string
  readonly alg: string
  readonly scopes: readonly string[]
  readonly limits?: Readonly<Record<string, unknown>>
  readonly createdAt: string
  readonly expiresAt?: string
  readonly revokedAt?: string
}

export interface Wallet {
  readonly chains: readonly string[]
  readonly address: string
  readonly provenAt: string
}

export function useBalance(onliId: string | undefined): UseQueryResult<Balance> {
  return useQuery({
    queryKey: ['balance', onliId],
    queryFn: ({ signal }) => api<Balance>(`${base}/users/${onliId ?? ''}/balance`, { signal }),
    enabled: onliId !== undefined,
    refetchInterval: 5_000,
  })
}

export function useEvents(
  options: { readonly open?: boolean; readonly before?: string; readonly limit?: number } = {},
): UseQueryResult<{ events: readonly EventLine[]; nextBefore?: string }> {
  const query = new URLSearchParams({ limit: String(options.limit ?? 20) })
  if (options.open === true) query.set('open', 'true')
  if (options.before !== undefined) query.set('before', options.before)
  return useQuery({
    queryKey: ['events', query.toString()],
    queryFn: ({ signal }) =>
      api<{ events: readonly EventLine[]; nextBefore?: string }>(`${base}/events?${query.toString()}`, { signal }),
    refetchInterval: 5_000,
  })
}

export function useOwnListings(): UseQueryResult<{ listings: readonly OwnListing[] }> {
  return useQuery({
    queryKey: ['own-listings'],
    queryFn: ({ signal }) => api<{ listings: readonly OwnListing[] }>(`${base}/listings?seller=me`, { signal }),
    refetchInterval: 4_000,
  })
}

export function useReceipt(id: string, enabled = true): UseQueryResult<SignedReceipt> {
  return useQuery({
    queryKey: ['receipt', id],
    queryFn: ({ signal }) => api<SignedReceipt>(`${base}/receipts/${encodeURIComponent(id)}`, { signal }),
    enabled,
  })
}

export function useKeys(): UseQueryResult<{ keys: readonly Key[] }> {
  return useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => api<{ keys: readonly Key[] }>(`${base}/keys`, { signal }),
  })
}

export function useWallets(): UseQueryResult<{ wallets: readonly Wallet[] }> {
  return useQuery({
    queryKey: ['wallets'],
    queryFn: ({ signal }) => api<{ wallets: readonly Wallet[] }>(`${base}/wallets`, { signal }),
  })
}

/** What the event would come to if it were sent now. Nothing is kept by asking. */
export function usePreview(draft: EventDraft | undefined): UseQueryResult<Preview> {
  return useQuery({
    queryKey: ['preview', draft],
    queryFn: ({ signal }) =>
      api<Preview>(`${base}/events/preview`, { method: 'POST', body: { eventId: 'preview-only', ...draft }, signal }),
    enabled: draft !== undefined,
    refetchInterval: 10_000,
  })
}

/** Sends an event. The same id with the same content has one effect, however often it is sent. */
export async function submitEvent(eventId: string, draft: EventDraft): Promise<void> {
  await api(`${base}/events`, { method: 'POST', body: { eventId, ...draft } })
}

export function newEventId(): string {
  return `web-${crypto.randomUUID().replaceAll('-', '')}`
}
