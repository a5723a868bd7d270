import type { CommandCall } from './command-call.ts'
import type { CommandRow } from './command-row.ts'
import { askConfirmed } from './confirmed.ts'

interface Address {
  readonly addressId: string
  readonly chain: string
  readonly address: string
  readonly label: string
  readonly status: 'waiting' | 'usable'
  readonly usableAt: string
}

const base = '/marketplace/v1/addresses'
const as = ['!--as <onliId>', 'whose address book'] as const

/** `address …`: where a user's money can be sent. */
export const addressRows: readonly CommandRow[] = [
  {
    name: 'address add',
    usage: '<chain> <address>',
    summary: 'add an address to the address book',
    details:
      'Needs the two keys of `species key create <onliId> --payout`: one asks, the other confirms. The address can be used once its delay is over.',
    options: [as, ['--label <text>', 'for you']],
    async run(call: CommandCall): Promise<void> {
      const [chain = '', address = ''] = call.args
      const label = call.options.text('label')
      const wanted = { chain, address, ...(label === undefined ? {} : { label }) }
      const added = (await askConfirmed(call, base, wanted)) as Address
      call.print(added, inWords(added))
    },
  },
  {
    name: 'address list',
    isDefault: true,
    summary: 'list the address book of a user',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const { body } = await call.over(call.options.needed('as'), ({ client }) => client.request('GET', base))
      const { addresses } = body as { addresses: Address[] }
      call.print(addresses, addresses.length === 0 ? 'There are none.' : addresses.map(inWords).join('\n'))
    },
  },
  {
    name: 'address remove',
    usage: '<addressId>',
    summary: 'remove an address at once',
    options: [as],
    async run(call: CommandCall): Promise<void> {
      const [addressId = ''] = call.args
      const path = `${base}/${encodeURIComponent(addressId)}`
      await call.over(`${call.options.needed('as')}.payout`, ({ client }) => client.request('DELETE', path))
      call.print({ removed: addressId }, `${addressId} is removed.`)
    },
  },
]

function inWords({ addressId, chain, address, label, status, usableAt }: Address): string {
  const stands = status === 'usable' ? 'usable' : `usable from ${usableAt}`
  return `${addressId}  ${chain} ${address}  ${stands}${label === '' ? '' : `  ${label}`}`
}
