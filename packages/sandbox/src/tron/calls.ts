import { z } from 'zod'
import { parseAddress } from '../chains/address.ts'
import { balanceOf } from '../chains/balance.ts'
import { type Answer, json } from '../http/answer.ts'
import type { World } from '../state/world.ts'

const callSchema = z.object({
  owner_address: z.string(),
  contract_address: z.string(),
  function_selector: z.literal('balanceOf(address)'),
  parameter: z.string().regex(/^0{24}[0-9a-fA-F]{40}$/),
  visible: z.boolean().optional(),
})

/** A call that changes nothing, as far as a balance is asked with it. Whatever is wrong, this API answers 200. */
export function tronCall(world: World, body: unknown, upTo: number): Answer {
  const chain = world.chains.TRON
  const parsed = callSchema.safeParse(body)
  if (!parsed.success)
    return json({ result: { code: 'OTHER_ERROR', message: Buffer.from('invalid call').toString('hex') } })
  const { contract_address: contract, parameter, visible } = parsed.data
  const token = visible === true ? parseAddress(chain.profile, contract) : contract.toLowerCase().replace(/^41/, '')
  if (token === undefined || token.length !== 40)
    return json({ result: { code: 'CONTRACT_VALIDATE_ERROR', message: Buffer.from('no contract').toString('hex') } })
  const balance = balanceOf(chain, token, parameter.slice(24).toLowerCase(), upTo)
  return json({
    result: { result: true },
    energy_used: 935,
    constant_result: [balance.toString(16).padStart(64, '0')],
    transaction: { ret: [{}], visible: visible === true },
  })
}
