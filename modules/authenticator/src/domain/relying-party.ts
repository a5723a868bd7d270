/** Who asks for passkeys, as browsers know it (WebAuthn Level 3, section 5.4.2). */
export interface RelyingParty {
  /** A host name. A passkey is of one relying party for ever: under another name there are none. */
  readonly id: string
  /** The origins whose pages may ask. */
  readonly origins: readonly string[]
}

/** Follows from the address that users call. Without one, pages are at `localhost` alone: browsers take no IP address for a relying party. */
export function relyingPartyOf(publicUrl: string | undefined, port: number): RelyingParty {
  const { hostname, origin } = new URL(publicUrl ?? `http://localhost:${port}`)
  return { id: hostname, origins: [origin] }
}
