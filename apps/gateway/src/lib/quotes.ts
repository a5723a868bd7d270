'use client'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { EventDraft } from './account.ts'
import { api } from './api.ts'

const base = '/marketplace/v1/quotes'

export interface QuotePayment {
  readonly hash: string
  readonly amount: string
  readonly amountIs: 'exact' | 'short' | 'excess' | 'dust'
  readonly minedAt: string
  readonly isFinal: boolean
  readonly isClaimed: boolean
  readonly becomes: 'payment' | 'credit' | 'operator'
}

/** A price that is promised until a time: `GET /marketplace/v1/quotes/{quoteId}`. */
export interface Quote {
  readonly quoteId: string
  readonly state: 'open' | 'seen' | 'paid' | 'cancelled' | 'expired'
  readonly eventId?: string
  readonly event: EventDraft
  readonly units: string
  readonly unitPrice?: string
  readonly fills: readonly { readonly listingId: string; readonly units: string; readonly unitPrice: string }[]
  readonly total: string
  readonly fee: string
  readonly amount: string
  readonly payTo: {
    readonly chain: string
    readonly token: string
    readonly address: string
    readonly isShared: boolean
    readonly link: string
  }
  readonly createdAt: string
  readonly expiresAt: string
  readonly payments: readonly QuotePayment[]
}

export interface QuoteWish {
  readonly amount: string
  readonly chain: string
  readonly to?: string
  readonly listingId?: string
  readonly maxUnitPrice?: string
}

export function useQuote(quoteId: string): UseQueryResult<Quote> {
  return useQuery({
    queryKey: ['quote', quoteId],
    queryFn: ({ signal }) => api<Quote>(`${base}/${encodeURIComponent(quoteId)}`, { signal }),
    refetchInterval: ({ state: { data } }) => (data?.state === 'open' || data?.state === 'seen' ? 2_000 : 15_000),
  })
}

export function useQuotes(): UseQueryResult<{ quotes: readonly Quote[] }> {
  return useQuery({
    queryKey: ['quotes'],
    queryFn: ({ signal }) => api<{ quotes: readonly Quote[] }>(`${base}?limit=10`, { signal }),
  })
}

export async function makeQuote(wish: QuoteWish): Promise<Quote> {
  return await api<Quote>(base, { method: 'POST', body: wish })
}

export async function cancelQuote(quoteId: string): Promise<Quote> {
  return await api<Quote>(`${base}/${quoteId}`, { method: 'DELETE' })
}

/** The id of the event that buys a quote from these pages: one for each quote, so that no second tab sends another. */
export function eventIdOf(quoteId: string): string {
  return `web-${quoteId.replace(/^qt_/, '')}`
}
