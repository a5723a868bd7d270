import type { Chain, ChainStream } from '@species/contracts'

/** A stream with the addresses that it has. */
export interface FoundStream extends ChainStream {
  readonly addresses: readonly string[]
}

/** One call by which the streams of a partner come nearer to the configuration. */
export type StreamStep =
  | { readonly do: 'create'; readonly chain: Chain; readonly addresses: readonly string[] }
  | { readonly do: 'add' | 'drop'; readonly chain: Chain; readonly id: string; readonly addresses: readonly string[] }
  | { readonly do: 'resume'; readonly chain: Chain; readonly id: string }
  | { readonly do: 'remove'; readonly chain: Chain | undefined; readonly id: string }

/**
 * What is to be done so that each chain has one stream, with these addresses and no others. Where a chain has several the first stays; a
 * stream that is for no chain with addresses goes. Nothing is to be done a second time.
 */
export function planStreams(
  wanted: ReadonlyMap<Chain, readonly string[]>,
  found: readonly FoundStream[],
): readonly StreamStep[] {
  const kept = new Map<Chain, FoundStream>()
  const removed: StreamStep[] = []
  for (const stream of found) {
    const { chain, id } = stream
    if (chain !== undefined && (wanted.get(chain)?.length ?? 0) > 0 && !kept.has(chain)) kept.set(chain, stream)
    else removed.push({ do: 'remove', chain, id })
  }
  const mended = [...wanted].flatMap(([chain, addresses]): StreamStep[] => {
    if (addresses.length === 0) return []
    const stream = kept.get(chain)
    if (!stream) return [{ do: 'create', chain, addresses }]
    const { id } = stream
    const missing = addresses.filter((address) => !stream.addresses.includes(address))
    const surplus = stream.addresses.filter((address) => !addresses.includes(address))
    return [
      ...(stream.isActive ? [] : [{ do: 'resume' as const, chain, id }]),
      ...(missing.length === 0 ? [] : [{ do: 'add' as const, chain, id, addresses: missing }]),
      ...(surplus.length === 0 ? [] : [{ do: 'drop' as const, chain, id, addresses: surplus }]),
    ]
  })
  // What is missing comes before what is too much: no payment is told of later than it must be.
  return [...mended, ...removed]
}
