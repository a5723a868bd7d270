/** For programs on Node that write keys to files: a key pair as text, made at once. The rest of the SDK needs no Node. */
export { type Ed25519Pair, generateEd25519, readPrivateKey } from './ed25519.ts'
