import { operatorRoles } from '@species/contracts'
import { secondPersonResponse } from '@species/flow'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { listOperators } from '../adapters/operator-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { changingOperator, creatingOperator, operatorChange, statusOf } from '../app/manage-operators.ts'
import { suspendingOperator } from '../app/stop-operators.ts'
import { examplePublicKey, keyView, keyViewSchema, newKeySchema, publicKeySchema } from './wire.ts'

const tag = 'Administration'
const operatorId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{1,31}$/, 'must be 2 to 32 of a-z 0-9 _ -, and begin with a letter or digit')
const roleSchema = z.enum(operatorRoles)
const operatorSchema = z.strictObject({
  operatorId: z.string(),
  name: z.string(),
  createdBy: z.string().describe('who added them: an operator and their key, or `species`'),
  createdAt: z.iso.datetime(),
  role: roleSchema,
  status: z.enum(['active', 'suspended']),
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
      role: 'viewer',
      problems: [],
      responses: {
        200: {
          description: 'By id',
          schema: z.strictObject({ operators: z.array(operatorSchema.extend({ keys: z.array(keyViewSchema) })) }),
        },
      },
    },
    async () => {
      const operators = (await listOperators(deps.database)).map(
        ({ createdAtMs, suspendedAtMs, keys, ...operator }) => ({
          ...operator,
          status: statusOf({ suspendedAtMs }),
          createdAt: toTimestamp(createdAtMs),
          keys: keys.map(keyView),
        }),
      )
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
      role: 'admin',
      audit: { action: 'operator.create', target: ({ body }) => body.operatorId },
      body: {
        schema: z.strictObject({
          operatorId,
          name: z.string().trim().min(1).max(80),
          publicKey: publicKeySchema,
          role: roleSchema.optional().describe('`operator`, unless given; the second person is an `admin`'),
          reason: z.string().trim().min(3).max(500).default('a new operator'),
        }),
        examples: { grace: { operatorId: 'grace', name: 'Grace Hopper', publicKey: examplePublicKey } },
      },
      problems: ['already_exists'],
      responses: { 201: { description: 'Their key', schema: newKeySchema }, ...secondPersonResponse },
    },
    (call) => {
      const { reason: _, ...asked } = call.body
      return create.request(call, asked, 201)
    },
  )
}

export function changeOperator(deps: AuthenticatorDeps): Endpoint {
  const change = deps.secondPerson.define(changingOperator(deps))
  const suspend = deps.secondPerson.define(suspendingOperator(deps))
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/operators/{operatorId}',
      operationId: 'changeOperator',
      tag,
      summary: 'Change the role of an operator, suspend or reinstate them',
      description:
        'One admin suspends another person at once: none of their keys works, and what they proposed cannot be approved. If fewer than two admins with a key would be left, a second person approves it, who need not be an admin. Everything else takes two admins.',
      access: 'operator',
      role: 'admin',
      audit: { action: 'operator.change', target: ({ params }) => params.operatorId },
      params: z.strictObject({ operatorId }),
      body: {
        schema: z.strictObject({ ...operatorChange, reason: z.string().trim().min(3).max(500) }),
        examples: { suspend: { status: 'suspended', reason: 'Their laptop was stolen.' } },
      },
      problems: ['not_found'],
      responses: {
        200: {
          description: 'As they stand now',
          schema: z.strictObject({ operatorId: z.string(), role: roleSchema, status: z.enum(['active', 'suspended']) }),
        },
        ...secondPersonResponse,
      },
    },
    (call) => {
      const { role, status } = call.body
      if (role === undefined && status === undefined)
        throw new Problem('invalid_request', 'Send `role`, `status` or both.')
      const { operatorId } = call.params
      if (role === undefined && status === 'suspended') return suspend.request(call, { operatorId })
      return change.request(call, { operatorId, role, status })
    },
  )
}
