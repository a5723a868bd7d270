declare global {
  interface BigInt {
    /** Quantities are strings of digits wherever they are written as JSON. */
    toJSON(): string
  }
}

// A replacer function would be called for every field of every row, which costs more than all the rest of the writing. The
// server programs take this way; the packages that others install do not change what is not theirs.
Object.defineProperty(BigInt.prototype, 'toJSON', {
  value(this: bigint) {
    return this.toString()
  },
  configurable: true,
})

export {}
