import { createHash, createHmac, hash, hkdfSync } from 'node:crypto'
import {
  type PresentReceipt,
  type Receipt,
  type ShownReceipt,
  isHiddenInReceipt,
  mayReadOfReceipt,
} from '@species/contracts'
import { type JsonPath, conceal, joinSdJwt, reveal } from '@species/kernel'
import { type ReceiptSigner, signCompact } from './receipt-signer.ts'
import type { SigningKey } from './signing-keys.ts'

const type = 'species-receipt+sd-jwt'

/**
 * Shows receipts field by field (docs/decisions/0038): one signature over all of it, and to each reader the disclosures of what the
 * table lets them read. What is shown follows from the stored receipt and the key that signed it, salts included: whoever asks,
 * and whenever, gets the same signed part.
 */
export function createReceiptPresenter(signer: Pick<ReceiptSigner, 'open'>): PresentReceipt {
  return (stored, { onliId, isOperator }) => {
    const { receipt, shownWith } = signer.open(stored.jws)
    const salt = saltsOf(receipt, shownWith)
    const { payload, disclosures } = conceal(receipt, {
      isHidden: (path) => isHiddenInReceipt(receipt, path),
      salt,
      sha256,
    })
    const told = disclosures
      .filter(({ path }) => isOperator || mayReadOfReceipt(receipt, path, onliId))
      .map(({ text }) => text)
    const { document, withheld } = reveal(payload, told, sha256)
    return { receipt: document as ShownReceipt, jws: joinSdJwt(signCompact(shownWith, type, payload), told), withheld }
  }
}

/** Salts that only the holder of the signing key can make, another for each path of each content. */
function saltsOf(receipt: Receipt, { key }: SigningKey): (path: JsonPath) => string {
  const secret = hkdfSync('sha256', key.export({ format: 'der', type: 'pkcs8' }), '', 'species receipt salts', 32)
  const ofContent = createHmac('sha256', Buffer.from(secret)).update(JSON.stringify(receipt)).digest()
  return (path) => createHash('sha256').update(ofContent).update(JSON.stringify(path)).digest('base64url').slice(0, 22)
}

function sha256(text: string): string {
  return hash('sha256', text, 'base64url')
}
