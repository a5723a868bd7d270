import { Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'

/** Finds all addresses of a name; throws where there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** The host has an address that may not be called. */
export class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed'
}

/**
 * Asks the name servers without the machine's own resolver, whose few threads everything else in the process needs: a name that is slow
 * to resolve delays only its own webhook.
 */
export function createResolve(timeoutMs: number): Resolve {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
  return async (hostname) => {
    const found = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const addresses = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    if (addresses.length > 0) return addresses
    throw new Error('the name has no address', { cause: found.find((one) => one.status === 'rejected')?.reason })
  }
}

/** Whether this address may be called. */
export function mayCall(address: string, allowLoopback: boolean): boolean {
  return isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address))
}

/**
 * The look-up of each new connection. It answers with the addresses that it has checked, and the connection goes to one of these: a name
 * that changes between the check and the call changes nothing. One bad address among several refuses them all.
 */
export function checkedLookup(resolve: Resolve, allowLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    const isOwn = allowLoopback && hostname === 'localhost'
    const addresses = isOwn ? Promise.resolve<readonly string[]>(['127.0.0.1']) : resolve(hostname)
    addresses.then(
      (found) => {
        const bad = found.find((address) => !mayCall(address, allowLoopback))
        const all = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
        const [first] = all
        if (bad !== undefined || first === undefined) callback(new AddressNotAllowed(hostname), '', 0)
        else if (options.all === true) callback(null, all)
        else callback(null, first.address, first.family)
      },
      (error: unknown) => {
        const cause = error instanceof Error ? error : new Error(String(error))
        callback(Object.assign(cause, { code: 'ENOTFOUND' }), '', 0)
      },
    )
  }
}
