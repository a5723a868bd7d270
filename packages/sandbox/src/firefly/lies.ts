import { type Answer, json } from '../http/answer.ts'

/** A false answer in the true shape. */
export function lieAsFirefly(how: string, answer: Answer): Answer {
  if (answer.is !== 'json') return answer
  const { body } = answer
  if (how === 'not_found')
    return json({
      data: [],
      meta: { pagination: { total: 0, count: 0, per_page: 50, current_page: 1, total_pages: 1 } },
    })
  if (how === 'balance' && isResource(body))
    return json({ data: { ...body.data, attributes: { ...body.data.attributes, current_balance: '7' } } })
  // The answer to somebody else's request.
  if (how === 'other') return json(JSON.parse(JSON.stringify(body).replaceAll('"external_id":"', '"external_id":"x')))
  return answer
}

function isResource(body: unknown): body is { data: { attributes: object } } {
  return typeof body === 'object' && body !== null && 'data' in body && !Array.isArray(body.data)
}
