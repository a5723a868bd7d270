/** How many live streams are open, in all and by owner. */
export interface StreamPlaces {
  /** The way to give the place back; `mine`: the owner has as many as one may have; `all`: the process has. */
  take(owner: string): (() => void) | 'mine' | 'all'
}

/** A process keeps so many streams open. */
export const maxStreams = 1_000

/** One owner has at most a hundredth of them. */
export const maxStreamsOfOwner = maxStreams / 100

/**
 * An owner's first stream is taken even where the others have filled the process, so that no owner is kept out by those who hold
 * many. Even these have a bound, far above it: a process has only so much memory.
 */
const maxWithFirsts = 4 * maxStreams

export function createStreamPlaces(): StreamPlaces {
  const byOwner = new Map<string, number>()
  let open = 0
  return {
    take(owner) {
      const mine = byOwner.get(owner) ?? 0
      if (mine >= maxStreamsOfOwner) return 'mine'
      if (open >= (mine === 0 ? maxWithFirsts : maxStreams)) return 'all'
      byOwner.set(owner, mine + 1)
      open++
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        open--
        const left = (byOwner.get(owner) ?? 1) - 1
        if (left === 0) byOwner.delete(owner)
        else byOwner.set(owner, left)
      }
    },
  }
}
