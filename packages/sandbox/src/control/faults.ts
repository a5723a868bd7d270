import { Hono } from 'hono'
import type { FaultBoard, PostedFault } from '../faults/board.ts'
import { faultSchema } from '../faults/fault.ts'
import type { Bindings } from '../http/answer.ts'
import { problem, readBody } from '../http/problem.ts'

/** Orders to the partners to misbehave. */
export function faultControl(board: FaultBoard): Hono<Bindings> {
  const routes = new Hono<Bindings>()
  routes.post('/', async (context) => {
    const given = await readBody(context, faultSchema)
    return given.ok ? Response.json(shown(board.post(given.body)), { status: 201 }) : given.response
  })
  routes.get('/', () => Response.json({ faults: board.list().map(shown) }))
  routes.delete('/', () => Response.json({ removed: board.remove() }))
  routes.delete('/:id', (context) => {
    const id = context.req.param('id')
    return board.remove(id) === 0 ? problem('not_found', `no fault ${id}`) : Response.json({ removed: 1 })
  })
  return routes
}

function shown({ id, fault, left }: PostedFault): object {
  return { id, ...fault, ...(left === undefined ? {} : { left }) }
}
