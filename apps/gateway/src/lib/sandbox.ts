'use client'
import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'

const base = '/marketplace/v1/sandbox'

/** Whether this page can order the sandbox; false until that is known. */
export function useCanOrderSandbox(): boolean {
  const { data } = useQuery({
    queryKey: ['sandbox'],
    queryFn: ({ signal }) => api<{ canOrder: boolean }>(base, { signed: 'no', signal }),
    staleTime: Infinity,
  })
  return data?.canOrder === true
}

/** Pays on a chain of the sandbox. Sent twice, it pays twice. */
export async function payInSandbox(payment: { chain: string; address: string; amount: string }): Promise<string> {
  return (await api<{ hash: string }>(`${base}/payments`, { method: 'POST', body: payment })).hash
}
