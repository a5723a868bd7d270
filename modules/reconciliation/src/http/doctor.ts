import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { ReconciliationDeps } from '../app/deps.ts'
import { doctorReportSchema, examine } from '../app/doctor.ts'

const tag = 'Operations'

/** A place that an earlier answer named as `next`. */
const ledgerPlace = z
  .string()
  .max(2_000)
  .regex(/^[a-z]+:/, 'must be the `next` of an earlier answer')

export function getDoctor(deps: ReconciliationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/doctor',
      operationId: 'runDoctor',
      tag,
      summary: 'Check everything that must always be true',
      description:
        'What is too much for one request is checked in several: while an answer has `next`, ask again with it as `ledgerFrom`. Breaches and what was checked are of one part: add them up. Only the last answer can be `healthy`, and all is well only if it is and no part had breaches.',
      access: 'operator',
      role: 'viewer',
      query: z.object({ ledgerFrom: ledgerPlace.optional() }),
      problems: [],
      responses: { 200: { description: 'The report; `healthy` says whether all holds', schema: doctorReportSchema } },
    },
    async ({ query }) => json(200, await examine(deps, query.ledgerFrom)),
  )
}
