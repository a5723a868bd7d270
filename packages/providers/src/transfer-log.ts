/** `Transfer(address,address,uint256)`: the same topic on every chain of the EVM and on TRON. */
export const transferTopic = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

/** An address of 20 bytes and a value as a Transfer log holds them, in lower-case hexadecimal without 0x. */
export interface DecodedTransfer {
  readonly from: string
  readonly to: string
  readonly value: bigint
}

/**
 * Decodes a fungible token's Transfer by itself, since a partner's own decoding depends on which contracts it knows: the
 * event, two indexed addresses padded to 32 bytes, and one word of data. Anything else is no such transfer (ERC-721 has
 * four topics and no data).
 */
export function decodeTransfer(
  topics: readonly (string | null | undefined)[],
  data: string,
): DecodedTransfer | undefined {
  const [signature, from, to, ...more] = topics.map((topic) => (topic ? bare(topic) : undefined))
  const word = bare(data)
  if (signature !== transferTopic || from === undefined || to === undefined) return undefined
  if (more.some((topic) => topic !== undefined)) return undefined
  if (!isAddressWord(from) || !isAddressWord(to) || !/^[0-9a-f]{64}$/.test(word)) return undefined
  return { from: from.slice(24), to: to.slice(24), value: BigInt(`0x${word}`) }
}

function bare(hex: string): string {
  return hex.toLowerCase().replace(/^0x/, '')
}
function isAddressWord(word: string): boolean {
  return /^0{24}[0-9a-f]{40}$/.test(word)
}
