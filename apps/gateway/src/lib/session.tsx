'use client'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, createContext, use, useCallback, useEffect, useMemo, useState } from 'react'
import { api } from './api.ts'
import { type BrowserKey, deleteKey, readKey, writeKey } from './key-store.ts'

/** `reading`: the browser has not told yet; `out`: there is no key here. */
type Session =
  { readonly state: 'reading' } | { readonly state: 'out' } | { readonly state: 'in'; readonly key: BrowserKey }

interface SessionActions {
  readonly session: Session
  readonly signedIn: (key: BrowserKey) => Promise<void>
  /** Revokes the key at the marketplace, as far as it can be reached, and forgets it here in any case. */
  readonly signOut: () => Promise<void>
}

const SessionContext = createContext<SessionActions | undefined>(undefined)

/** Tells other tabs of this browser that the key has changed. */
const channelName = 'species-session'

export function SessionProvider({ children }: { children: ReactNode }): ReactNode {
  const [session, setSession] = useState<Session>({ state: 'reading' })
  const queries = useQueryClient()
  const read = useCallback(async () => {
    const key = await readKey().catch(() => undefined)
    setSession(key ? { state: 'in', key } : { state: 'out' })
  }, [])
  useEffect(() => {
    void read()
    const channel = new BroadcastChannel(channelName)
    channel.onmessage = () => {
      queries.clear()
      void read()
    }
    return () => {
      channel.close()
    }
  }, [read, queries])
  const changed = useCallback(async () => {
    queries.clear()
    await read()
    const channel = new BroadcastChannel(channelName)
    channel.postMessage('changed')
    channel.close()
  }, [queries, read])
  const value = useMemo(
    () => ({
      session,
      signedIn: async (key: BrowserKey) => {
        await writeKey(key)
        await changed()
      },
      signOut: async () => {
        if (session.state === 'in') await api('/marketplace/v1/sign-in', { method: 'DELETE' }).catch(() => undefined)
        await deleteKey()
        await changed()
      },
    }),
    [session, changed],
  )
  return <SessionContext value={value}>{children}</SessionContext>
}

export function useSession(): SessionActions {
  const value = use(SessionContext)
  if (!value) throw new Error('There is no session outside the shell.')
  return value
}
