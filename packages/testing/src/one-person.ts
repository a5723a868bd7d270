import { actorOf } from '@species/contracts'
import type { Database } from '@species/database'
import type { SecondPerson } from '@species/flow'
import { type AuditLog, json } from '@species/http'

/** For tests of one module: every action is done at once by whoever asks. */
export function onePerson(database: Database): SecondPerson {
  const proposesNothing = (): never => {
    throw new Error('nothing is proposed here')
  }
  return {
    twoPeople: false,
    define: (action) => ({
      ask: proposesNothing,
      async request({ principal, trace, body: { reason }, changed }, body, status = 200) {
        const ran = await database.transaction(async (tx) => {
          await action.version(tx, body)
          return await action.run(tx, body, { actor: actorOf(principal), reason, trace })
        })
        changed(ran)
        await ran.afterCommit?.()
        return json(status, ran.answer)
      },
    }),
    beforeApproval: proposesNothing,
    approve: proposesNothing,
    refuse: proposesNothing,
  }
}

/** For tests of one module: what operators do is not kept. */
export const noAudit: AuditLog = { append: () => Promise.resolve() }
