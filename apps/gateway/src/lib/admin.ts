'use client'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { api, send } from './api.ts'

/** What an operator proposed and another person approves. */
export interface Proposal {
  readonly proposalId: string
  readonly kind: string
  readonly target: string
  readonly inWords: string
  readonly actionHash: string
  readonly reason: string
  readonly proposedBy: string
  readonly proposedAt: string
  readonly notBefore: string
  readonly expiresAt: string
  readonly status: string
  readonly decidedBy?: string
  readonly decidedAt?: string
  readonly decisionReason?: string
}

/** What became of an action: done, or waiting for a second person. */
export type Done = { readonly kind: 'done' } | { readonly kind: 'proposed'; readonly proposal: Proposal }

/** Reads `/admin/v1<path>`, again and again. */
export function useAdmin<T>(path: string, everyMs = 5_000): UseQueryResult<T> {
  return useQuery({
    queryKey: ['admin', path],
    queryFn: ({ signal }) => api<T>(`/admin/v1${path}`, { signal }),
    refetchInterval: everyMs,
  })
}

export interface AdminCall {
  readonly method?: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Does what an operator decided. 202: it waits for a second person. */
export async function act({ method = 'POST', path, body, headers }: AdminCall): Promise<Done> {
  const response = await send(`/admin/v1${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
    ...(headers ? { headers } : {}),
  })
  if (response.status !== 202) return { kind: 'done' }
  return { kind: 'proposed', proposal: proposalIn(await response.json()) }
}

function proposalIn(answer: unknown): Proposal {
  return ((answer as { proposal?: Proposal }).proposal ?? answer) as Proposal
}
