import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SumLeaf, type SumStep, isInTree, leafNode, pathOf, sumTree } from './sum-tree.ts'

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const leafArbitrary = fc.record({
  name: fc.string({ maxLength: 12 }),
  salt: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  amount: fc.bigInt({ min: 0n, max: 10n ** 15n }),
})
const someLeaves = fc.array(leafArbitrary, { minLength: 1, maxLength: 40 })
const place = fc.nat()

function treeOf(leaves: readonly SumLeaf[]) {
  const levels = sumTree(
    leaves.map((leaf) => leafNode(leaf, sha256)),
    sha256,
  )
  const root = levels.at(-1)?.[0]
  if (!root) throw new Error('a tree has a root')
  return { levels, root }
}

describe('a tree of amounts', () => {
  it('has the sum of all, and each leaf is shown to be in it', () => {
    fc.assert(
      fc.property(someLeaves, (leaves) => {
        const { levels, root } = treeOf(leaves)
        expect(root.sum).toBe(leaves.reduce((sum, { amount }) => sum + amount, 0n))
        for (const [at, leaf] of leaves.entries())
          expect(isInTree(leaf, pathOf(levels, at, sha256), root, sha256)).toBe(true)
      }),
    )
  })

  it('shows no leaf that was forged: another amount, name or salt', () => {
    fc.assert(
      fc.property(someLeaves, place, leafArbitrary, (leaves, where, other) => {
        const at = where % leaves.length
        const leaf = leaves[at] ?? other
        const { levels, root } = treeOf(leaves)
        const path = pathOf(levels, at, sha256)
        for (const forged of [
          { ...leaf, amount: leaf.amount + 1n },
          { ...leaf, amount: leaf.amount - 1n },
          { ...leaf, name: `${leaf.name}x` },
          { ...leaf, salt: new Uint8Array([...leaf.salt.slice(1), 0, 1]) },
        ])
          expect(isInTree(forged, path, root, sha256)).toBe(false)
      }),
    )
  })

  it('has another root where a leaf was dropped, or its amount was lowered: its owner finds out', () => {
    fc.assert(
      fc.property(someLeaves, place, (leaves, where) => {
        const at = where % leaves.length
        const honest = treeOf(leaves)
        const dropped = treeOf(leaves.filter((_, index) => index !== at))
        const lowered = treeOf(
          leaves.map((leaf, index) =>
            index === at ? { ...leaf, amount: leaf.amount / 2n, name: `${leaf.name}'` } : leaf,
          ),
        )
        const [leaf] = leaves.slice(at)
        if (!leaf) return
        const path = pathOf(honest.levels, at, sha256)
        for (const { root } of [dropped, lowered]) expect(isInTree(leaf, path, root, sha256)).toBe(false)
      }),
    )
  })

  it('takes no negative amount, at a leaf or on a path, which would hide what is owed to others', () => {
    const leaf = { name: 'ann', salt: new Uint8Array(16), amount: 5n }
    expect(() => leafNode({ ...leaf, amount: -1n }, sha256)).toThrow(RangeError)
    const { levels, root } = treeOf([leaf, { ...leaf, name: 'bob', amount: 7n }])
    const [step] = pathOf(levels, 0, sha256)
    if (!step) throw new Error('the path has a step')
    const negative: SumStep = { ...step, sum: -7n }
    expect(isInTree(leaf, [negative], { ...root, sum: -2n }, sha256)).toBe(false)
    expect(isInTree(leaf, [step], { ...root, sum: root.sum + 1n }, sha256)).toBe(false)
    expect(isInTree(leaf, [{ ...step, side: 'left' }], root, sha256)).toBe(false)
  })

  it('does not take a node for a leaf, nor a path that is too long', () => {
    const leaves = ['ann', 'bob', 'cid'].map((name) => ({ name, salt: new Uint8Array(16), amount: 1n }))
    const { levels, root } = treeOf(leaves)
    const path = pathOf(levels, 0, sha256)
    expect(isInTree(leaves[0] ?? { name: '', salt: new Uint8Array(), amount: 0n }, path.slice(1), root, sha256)).toBe(
      false,
    )
    const endless = Array.from(
      { length: 50 },
      () => path[0] ?? { digest: new Uint8Array(), sum: 0n, side: 'left' as const },
    )
    expect(isInTree(leaves[0] ?? { name: '', salt: new Uint8Array(), amount: 0n }, endless, root, sha256)).toBe(false)
  })
})
