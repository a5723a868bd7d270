/** An owner has at most a hundredth of the events under way, once half of the bound is used. Alone, they may use that half. */
const shareOfOwner = 0.01
/** An owner's first event is taken beyond the bound, up to this multiple of it: the deciders get only so much done. */
const withFirsts = 2

/** The most events under way, every owner's first among them. */
export const mostWithFirsts = (maxUnderWay: number): number => withFirsts * maxUnderWay

/** What is under way, in all and of the owner who asks. */
export interface Load {
  readonly underWay: number
  readonly own: number
}

/**
 * Whether one more event of an owner is taken. An owner's first is taken where the others' events have reached the bound, so that a few who
 * send many keep none of the others out; even these firsts have a bound, so that many new accounts do not make everything slow.
 */
export function hasPlace({ underWay, own }: Load, maxUnderWay: number): boolean {
  if (own === 0) return underWay < mostWithFirsts(maxUnderWay)
  if (underWay > maxUnderWay) return false
  return underWay <= maxUnderWay / 2 || own < Math.max(1, maxUnderWay * shareOfOwner)
}
