import { expect, it } from 'vitest'
import { createAnswerCheck } from './answer-check.ts'

const check = createAnswerCheck({
  openapi: '3.1.0',
  components: { schemas: { name: { type: 'string' } } },
  paths: {
    '/a/{b}': {
      get: {
        responses: {
          200: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: { name: { $ref: '#/components/schemas/name' } },
                  required: ['name'],
                  additionalProperties: false,
                },
              },
            },
          },
          204: {},
        },
      },
    },
  },
})
const json = new Headers({ 'content-type': 'application/json; charset=utf-8' })

it.each<[what: string, operation: string, status: number, headers: Headers, body: unknown, differences: number]>([
  ['what is promised', 'GET /a/{b}', 200, json, { name: 'x' }, 0],
  ['nothing, as promised', 'GET /a/{b}', 204, new Headers(), undefined, 0],
  ['something else', 'GET /a/{b}', 200, json, { name: 1 }, 1],
  ['more than is promised', 'GET /a/{b}', 200, json, { name: 'x', more: 1 }, 1],
  ['less than is promised', 'GET /a/{b}', 200, json, {}, 1],
  ['another type', 'GET /a/{b}', 200, new Headers({ 'content-type': 'text/html' }), '', 1],
  ['a status that is not named', 'GET /a/{b}', 404, json, {}, 1],
  ['an operation that is not there', 'POST /a/{b}', 200, json, {}, 1],
])('of an answer with %s', (_what, operation, status, headers, body, differences) => {
  expect(check(operation, { status, headers, body })).toHaveLength(differences)
})
