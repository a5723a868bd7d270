'use client'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useSendConfirmed } from '../lib/confirm.ts'
import { when } from '../lib/format.ts'
import { useMarket } from '../lib/market.ts'
import { type Address, addingAddress, removeAddress, useAddresses } from '../lib/payouts.ts'
import { Choice, Field } from './forms.tsx'
import { Groups } from './groups.tsx'
import { Empty, Loading, Problem } from './states.tsx'

/** Addresses that money can be sent to; each waits before it can be used. */
export function AddressBook(): ReactNode {
  const { data, error, refetch } = useAddresses()
  return (
    <section className="mt-10" aria-labelledby="addresses">
      <h2 id="addresses">Address book</h2>
      <p className="text-sm text-muted">
        Money is sent only to addresses that stand here, and only after a delay. If one stands here that you did not
        add, remove it and revoke your keys.
      </p>
      <div className="mt-3">
        {error && !data ? (
          <Problem error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Loading what="your addresses" />
        ) : data.addresses.length === 0 ? (
          <Empty>No address yet. Add one below.</Empty>
        ) : (
          <ul className="divide-y divide-line border-y border-line">
            {data.addresses.map((one) => (
              <OneAddress key={one.addressId} one={one} />
            ))}
          </ul>
        )}
      </div>
      <AddAddress />
    </section>
  )
}

function OneAddress({ one }: { one: Address }): ReactNode {
  const queries = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const remove = async (): Promise<void> => {
    setBusy(true)
    try {
      await removeAddress(one.addressId)
      await queries.invalidateQueries({ queryKey: ['addresses'] })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <li className="py-3">
      <p className="font-medium">
        {one.chain}
        {one.label === '' ? '' : `: ${one.label}`}
      </p>
      <Groups text={one.address} />
      <p className={`text-sm ${one.status === 'usable' ? 'text-good' : 'text-warn'}`}>
        {one.status === 'usable' ? 'can be used' : `can be used from ${when(one.usableAt)}`}
      </p>
      <button
        type="button"
        className="button mt-2"
        data-size="small"
        aria-label={`Remove the address ${one.address} on ${one.chain}`}
        disabled={isBusy}
        onClick={() => void remove()}
      >
        Remove
      </button>
      {error === undefined ? undefined : <Problem error={error} />}
    </li>
  )
}

function AddAddress(): ReactNode {
  const queries = useQueryClient()
  const send = useSendConfirmed()
  const market = useMarket()
  const chains = market.data?.chains.filter(({ open }) => open).map(({ chain }) => chain) ?? []
  const [chosen, setChain] = useState<string>()
  const [address, setAddress] = useState('')
  const [label, setLabel] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const chain = chosen ?? chains[0]
  if (chain === undefined) return undefined
  const add = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      const sent = await send(addingAddress({ chain, address: address.trim(), label: label.trim() }))
      if (sent) {
        setAddress('')
        setLabel('')
      }
    } catch (failure) {
      setError(failure)
    }
    await queries.invalidateQueries({ queryKey: ['addresses'] })
    setBusy(false)
  }
  return (
    <div className="card mt-5 grid max-w-xl gap-4">
      <h3 className="font-semibold">Add an address</h3>
      <Choice
        label="Chain"
        value={chain}
        onChange={setChain}
        options={chains.map((value) => ({ value, title: value }))}
      />
      <Field label="Address" value={address} onChange={setAddress} help="Paste it; its checksum is checked." />
      <Field label="Name (optional)" value={label} onChange={setLabel} help="For you, such as “my exchange”." />
      {error === undefined ? undefined : <Problem error={error} />}
      <p className="text-sm text-muted">
        Money that is sent to a wrong address is gone for ever. Compare it in full before you add it.
      </p>
      <button
        type="button"
        className="button"
        data-kind="main"
        disabled={isBusy || address.trim() === ''}
        onClick={() => void add()}
      >
        {isBusy ? 'Confirming …' : 'Confirm and add this address'}
      </button>
    </div>
  )
}
