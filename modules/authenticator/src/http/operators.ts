import { secondPersonResponse } from '@species/flow'
import { type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { listOperators } from '../adapters/operator-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { creatingOperator } from '../app/manage-operators.ts'
import { examplePublicKey, keyView, keyViewSchema, newKeySchema, publicKeySchema } from './wire.ts'

const tag = 'Administration'
const operatorId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{1,31}$/, 'must be 2 to 32 of a-z 0-9 _ -, and begin with a letter or digit')
const operatorSchema = z.strictObject({
  operatorId: z.string(),
  name: z.string(),
  createdBy: z.string().describe('who added them: an operator and their key, or `species`'),
  createdAt: z.iso.datetime(),
})

export function readOperators(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/operators',
      operationId: 'listOperators',
      tag,
      summary: 'The people who run the marketplace, and their keys',
      description: 'Each operator is a person; what they do is recorded under their id.',
      access: 'operator',
      problems: [],
      responses: {
        200: {
          description: 'By id',
          schema: z.strictObject({ operators: z.array(operatorSchema.extend({ keys: z.array(keyViewSchema) })) }),
        },
      },
    },
    async () => {
      const operators = (await listOperators(deps.database)).map(({ createdAtMs, keys, ...operator }) => ({
        ...operator,
        createdAt: toTimestamp(createdAtMs),
        keys: keys.map(keyView),
      }))
      return json(200, { operators })
    },
  )
}

export function addOperator(deps: AuthenticatorDeps): Endpoint {
  const create = deps.secondPerson.define(creatingOperator(deps))
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/operators',
      operationId: 'addOperator',
      tag,
      summary: 'Add a person who runs the marketplace',
      description:
        'With the public half of a key that only they hold. What they do is recorded under their id. It takes two people; only the person of the set-up adds the second one alone.',
      access: 'operator',
      audit: { action: 'operator.create', target: ({ body }) => body.operatorId },
      body: {
        schema: z.strictObject({
          operatorId,
          name: z.string().trim().min(1).max(80),
          publicKey: publicKeySchema,
          reason: z.string().trim().min(3).max(500).default('a new operator'),
        }),
        examples: { grace: { operatorId: 'grace', name: 'Grace Hopper', publicKey: examplePublicKey } },
      },
      problems: ['already_exists'],
      responses: { 201: { description: 'Their key', schema: newKeySchema }, ...secondPersonResponse },
    },
    (call) => {
      const { operatorId, name, publicKey } = call.body
      return create.request(call, { operatorId, name, publicKey }, 201)
    },
  )
}
