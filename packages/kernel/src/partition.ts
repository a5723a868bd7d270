/** How many partitions the work is divided into. Part of every subject; changing it needs a drained bus. */
export const partitions = 16

/** FNV-1a over the key's UTF-16 units, reduced to a partition: the same key always gets the same one. */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) {
    hash ^= key.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  return hash % partitions
}
