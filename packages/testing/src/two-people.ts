import { actorOf } from '@species/contracts'
import type { Database } from '@species/database'
import type { Ran, SecondPerson } from '@species/flow'
import { json } from '@species/http'

/** A second person for tests of one module, who approves when they are told to. */
export interface Approver {
  readonly secondPerson: SecondPerson
  /** Approves what was proposed last, as the authenticator does. Throws the Problem that it meets. */
  approve(): Promise<Ran>
}

/** For tests of one module: what takes two people waits in memory until it is approved. */
export function twoPeople(database: Database): Approver {
  let waiting: (() => Promise<Ran>) | undefined
  const unused = (): never => {
    throw new Error('proposals are approved by the test itself')
  }
  const secondPerson: SecondPerson = {
    twoPeople: true,
    define: (action) => ({
      ask: unused,
      async request({ principal, trace, body: { reason } }, body, status = 200) {
        const by = { actor: actorOf(principal), reason, trace }
        const asked = await database.transaction(async (tx) => {
          const version = await action.version(tx, body)
          const takesTwo = (await action.needsTwo?.(tx, body)) ?? true
          return takesTwo ? { version } : { ran: await action.run(tx, body, by) }
        })
        if (asked.ran) {
          await asked.ran.afterCommit?.()
          return json(status, asked.ran.answer)
        }
        waiting = async () => {
          const stored = action.schema.parse(JSON.parse(JSON.stringify(body)))
          await action.beforeApproval?.(stored)
          const ran = await database.transaction(async (tx) => {
            if ((await action.version(tx, stored)) !== asked.version) throw new Error('the proposal is void')
            return await action.run(tx, stored, { ...by, actor: `${by.actor}+second` })
          })
          await ran.afterCommit?.()
          return ran
        }
        return json(202, {})
      },
    }),
    beforeApproval: unused,
    approve: unused,
    refuse: unused,
  }
  return {
    secondPerson,
    async approve() {
      if (!waiting) throw new Error('nothing is proposed')
      return await waiting()
    },
  }
}
