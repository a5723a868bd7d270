import { sha256 } from '@noble/hashes/sha2.js'
import { createBase58check } from '@scure/base'
import {
  type Hex,
  concat,
  hexToBytes,
  isHex,
  keccak256,
  recoverAddress,
  recoverMessageAddress,
  stringToBytes,
} from 'viem'
import type { ChainFamily } from '@species/contracts'

const base58check = createBase58check(sha256)
const tronPrefix = 0x41

/**
 * Whether the wallet at `address` signed this text: EIP-191 `personal_sign` on EVM chains, TIP-191 on TRON. Offline; the
 * address follows from the signature. Contract wallets have no key of their own and cannot be proven this way.
 */
export async function walletSigned(
  family: ChainFamily,
  address: string,
  text: string,
  signature: string,
): Promise<boolean> {
  const hex = signature.startsWith('0x') ? signature : `0x${signature}`
  if (!isHex(hex) || hex.length !== 132) return false
  try {
    return (await signerOf[family](text, hex)) === address
  } catch {
    return false // no point on the curve: no key signed it
  }
}

/** The address whose key signed a text, by how wallets of the family sign. */
const signerOf: Readonly<Record<ChainFamily, (text: string, signature: Hex) => Promise<string>>> = {
  EVM: evmSigner,
  TRON: tronSigner,
}

async function evmSigner(text: string, signature: Hex): Promise<string> {
  return (await recoverMessageAddress({ message: text, signature })).toLowerCase()
}

async function tronSigner(text: string, signature: Hex): Promise<string> {
  return tronAddress(await recoverAddress({ hash: tronMessageHash(text), signature }))
}

/** TIP-191: keccak256 over prefix, length in bytes, and text. */
function tronMessageHash(text: string): Hex {
  const message = stringToBytes(text)
  return keccak256(concat([stringToBytes(`\x19TRON Signed Message:\n${message.length}`), message]))
}

/** The TRON address of the key whose EVM address this is: the same 20 bytes behind another prefix. */
export function tronAddress(evmAddress: Hex): string {
  return base58check.encode(Uint8Array.of(tronPrefix, ...hexToBytes(evmAddress)))
}
