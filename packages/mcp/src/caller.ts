import type { Client, OutputOf } from '@species/sdk'

/** The user whose key signs, with what the key may do. */
export type Caller = OutputOf<'authenticate'>

/** Tells who the caller is; asked once and kept, because a key never changes its owner. */
export function callerOf(client: Client): () => Promise<Caller> {
  let asked: Promise<Caller> | undefined
  return async () => {
    asked ??= client.call('authenticate')
    try {
      return await asked
    } catch (error) {
      asked = undefined
      throw error
    }
  }
}
