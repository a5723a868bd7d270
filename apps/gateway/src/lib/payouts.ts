'use client'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import type { Question } from '../ui/confirm.tsx'
import { usdt } from './format.ts'

const payouts = '/marketplace/v1/payouts'
const addresses = '/marketplace/v1/addresses'

export interface Address {
  readonly addressId: string
  readonly chain: string
  readonly address: string
  readonly label: string
  readonly status: 'waiting' | 'usable'
  readonly usableAt: string
}

export interface Payout {
  readonly payoutId: string
  readonly chain: string
  readonly address: string
  readonly amount: string
  readonly state: string
  readonly reason?: string
  readonly hash?: string
  readonly requestedAt: string
  /** Whether its owner may still cancel it. */
  readonly canCancel: boolean
}

export interface WholePayout extends Payout {
  readonly history: readonly { readonly state: string; readonly at: string }[]
}

export function useAddresses(): UseQueryResult<{ addresses: readonly Address[] }> {
  return useQuery({
    queryKey: ['addresses'],
    queryFn: ({ signal }) => api<{ addresses: readonly Address[] }>(addresses, { signal }),
    refetchInterval: 10_000,
  })
}

export function usePayouts(): UseQueryResult<{ payouts: readonly Payout[] }> {
  return useQuery({
    queryKey: ['payouts'],
    queryFn: ({ signal }) => api<{ payouts: readonly Payout[] }>(payouts, { signal }),
    refetchInterval: 5_000,
  })
}

export function usePayout(payoutId: string): UseQueryResult<WholePayout> {
  return useQuery({
    queryKey: ['payout', payoutId],
    queryFn: ({ signal }) => api<WholePayout>(`${payouts}/${encodeURIComponent(payoutId)}`, { signal }),
    refetchInterval: 2_000,
  })
}

/** What a person confirms when they add an address. */
export function addingAddress(wanted: { chain: string; address: string; label: string }): Question {
  const { chain, address, label } = wanted
  return {
    title: 'Add this address?',
    facts: [
      ['Chain', chain],
      ['Address', address],
      ['Name', label],
    ],
    method: 'POST',
    path: addresses,
    body: wanted,
  }
}

export async function removeAddress(addressId: string): Promise<void> {
  await api(`${addresses}/${addressId}`, { method: 'DELETE' })
}

/** What a person confirms when they withdraw. The same `requestId` is the same payout, however often it is sent. */
export function requestingPayout(wanted: {
  requestId: string
  chain: string
  address: string
  amount: string
}): Question {
  const { chain, address, amount } = wanted
  return {
    title: 'Withdraw this?',
    facts: [
      ['Amount', `${usdt(amount)} USDT`],
      ['Chain', chain],
      ['Address', address],
    ],
    method: 'POST',
    path: payouts,
    body: wanted,
  }
}

export async function cancelPayout(payoutId: string): Promise<void> {
  await api(`${payouts}/${payoutId}/cancel`, { method: 'POST' })
}
