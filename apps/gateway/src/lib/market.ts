'use client'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'

/** What everyone may know of the market: `GET /marketplace/v1/market`. */
export interface Market {
  readonly sandbox: boolean
  readonly trading: 'on' | 'off'
  readonly treasuryPrice: string
  readonly redeemPrice: string
  readonly feeBasisPoints: Readonly<Record<'buyTreasury' | 'buyMarket' | 'sell' | 'redeem', number>>
  readonly chains: readonly { chain: string; open: boolean; halted: boolean; confirmations: number }[]
  readonly listing: { readonly minUnits: number; readonly defaultLifeMs: number; readonly maxLifeMs: number }
  readonly asOf: string
}

export interface Book {
  readonly levels: readonly { unitPrice: string; units: string; listings: number }[]
  /** True: there are more listings than these levels count. */
  readonly more: boolean
  readonly asOf: string
}

export interface Trade {
  readonly at: string
  readonly source: 'treasury' | 'market'
  readonly unitPrice: string
  readonly units: string
}

export interface Candle {
  readonly from: string
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly units: string
  readonly trades: number
}

export interface Listing {
  readonly listingId: string
  readonly seller: string
  readonly unitPrice: string
  readonly unitsAvailable: string
  readonly unitsTotal: string
  readonly createdAt: string
  readonly expiresAt: string
}

const base = '/marketplace/v1'

export function useMarket(): UseQueryResult<Market> {
  return useQuery({
    queryKey: ['market'],
    queryFn: ({ signal }) => api<Market>(`${base}/market`, { signed: 'no', signal }),
    refetchInterval: 30_000,
  })
}

export function useBook(): UseQueryResult<Book> {
  return useQuery({
    queryKey: ['book'],
    queryFn: ({ signal }) => api<Book>(`${base}/book`, { signed: 'no', signal }),
    refetchInterval: 3_000,
  })
}

export function useTrades(): UseQueryResult<{ trades: readonly Trade[]; asOf: string }> {
  return useQuery({
    queryKey: ['trades'],
    queryFn: ({ signal }) =>
      api<{ trades: readonly Trade[]; asOf: string }>(`${base}/trades?limit=20`, { signed: 'no', signal }),
    refetchInterval: 3_000,
  })
}

export function useCandles(interval: string): UseQueryResult<{ candles: readonly Candle[]; asOf: string }> {
  return useQuery({
    queryKey: ['candles', interval],
    queryFn: ({ signal }) =>
      api<{ candles: readonly Candle[]; asOf: string }>(`${base}/candles?interval=${interval}`, {
        signed: 'no',
        signal,
      }),
    refetchInterval: 15_000,
  })
}

export function useListings(): UseQueryResult<{ listings: readonly Listing[]; nextCursor?: string; asOf: string }> {
  return useQuery({
    queryKey: ['listings'],
    queryFn: ({ signal }) =>
      api<{ listings: readonly Listing[]; nextCursor?: string; asOf: string }>(`${base}/listings?limit=50`, {
        signal,
      }),
    refetchInterval: 5_000,
  })
}
