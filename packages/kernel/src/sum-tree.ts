/**
 * A Merkle sum tree: one digest and one sum stand for a list of amounts, and each can be shown to be in it by a path. Every digest covers
 * the sums of both its children, so that no sum can be moved between branches (the flaw of trees that cover the total alone). A digest of
 * a leaf begins with the byte 0, one of a node with 1, one of padding with 2, so that none passes for another.
 */

/** SHA-256 of bytes. */
export type Sha256Bytes = (bytes: Uint8Array) => Uint8Array

/** A digest, and the sum of the amounts below it. */
export interface SumNode {
  readonly digest: Uint8Array
  readonly sum: bigint
}

/** An amount, and whose it is. Without the salt, at least 128 bits that cannot be guessed, the digest tells nothing of either. */
export interface SumLeaf {
  readonly name: string
  readonly salt: Uint8Array
  readonly amount: bigint
}

/** A sibling on the way from a leaf to the root, and on which side it stands. */
export interface SumStep extends SumNode {
  readonly side: 'left' | 'right'
}

/** Sums are signed 64-bit integers above zero, as in the ledger. */
const largestSum = 2n ** 63n - 1n
const kinds = { leaf: 0, node: 1, padding: 2 } as const
/** A tree of so many levels has more leaves than there are people. */
const mostSteps = 40

/** The node of a leaf. Throws a RangeError where the amount is below zero or too large: no debt lowers what is owed to others. */
export function leafNode({ name, salt, amount }: SumLeaf, sha256: Sha256Bytes): SumNode {
  return { digest: sha256(joined(kinds.leaf, salt, bytesOf(amount), new TextEncoder().encode(name))), sum: amount }
}

/** The node above two others. Throws a RangeError where a sum is below zero or too large. */
export function nodeAbove(left: SumNode, right: SumNode, sha256: Sha256Bytes): SumNode {
  const digest = sha256(joined(kinds.node, left.digest, bytesOf(left.sum), right.digest, bytesOf(right.sum)))
  const sum = left.sum + right.sum
  bytesOf(sum)
  return { digest, sum }
}

/** What stands beside the last node of a level that has an odd number of them. */
function padding(sha256: Sha256Bytes): SumNode {
  return { digest: sha256(joined(kinds.padding)), sum: 0n }
}

/** All levels of the tree over these leaves, the leaves first and the root last. An empty list has the padding as its root. */
export function sumTree(leaves: readonly SumNode[], sha256: Sha256Bytes): SumNode[][] {
  const levels: SumNode[][] = [leaves.length === 0 ? [padding(sha256)] : [...leaves]]
  for (let below = levels[0]; below && below.length > 1; below = levels.at(-1)) {
    const above: SumNode[] = []
    for (let at = 0; at < below.length; at += 2) {
      const [left, right = padding(sha256)] = [below[at], below[at + 1]]
      if (left) above.push(nodeAbove(left, right, sha256))
    }
    levels.push(above)
  }
  return levels
}

/** The siblings from a leaf up to the root. */
export function pathOf(levels: readonly (readonly SumNode[])[], leaf: number, sha256: Sha256Bytes): SumStep[] {
  const steps: SumStep[] = []
  let place = leaf
  for (const level of levels.slice(0, -1)) {
    const isLeft = place % 2 === 0
    const sibling = level[isLeft ? place + 1 : place - 1] ?? padding(sha256)
    steps.push({ ...sibling, side: isLeft ? 'right' : 'left' })
    place = Math.floor(place / 2)
  }
  return steps
}

/** Whether a leaf is in the tree with this root: its path leads there, and no sum on it is below zero. */
export function isInTree(leaf: SumLeaf, path: readonly SumStep[], root: SumNode, sha256: Sha256Bytes): boolean {
  if (path.length > mostSteps) return false
  try {
    const reached = path.reduce(
      (node, { side, ...sibling }) =>
        side === 'right' ? nodeAbove(node, sibling, sha256) : nodeAbove(sibling, node, sha256),
      leafNode(leaf, sha256),
    )
    return reached.sum === root.sum && isEqual(reached.digest, root.digest)
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function bytesOf(sum: bigint): Uint8Array {
  if (sum < 0n || sum > largestSum) throw new RangeError('a sum is below zero or too large')
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, sum)
  return bytes
}

/** Each part after its length, so that no two lists of parts are the same bytes. */
function joined(kind: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(1 + parts.reduce((length, part) => length + 4 + part.length, 0))
  bytes[0] = kind
  let at = 1
  for (const part of parts) {
    new DataView(bytes.buffer).setUint32(at, part.length)
    bytes.set(part, at + 4)
    at += 4 + part.length
  }
  return bytes
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}
