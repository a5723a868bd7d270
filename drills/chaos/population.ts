import { Addresses, Caller } from './traffic/caller.ts'
import type { Stage } from './stage/stage.ts'
import { Book } from './traffic/book.ts'
import { Follower } from './traffic/follower.ts'
import { Traffic } from './traffic/traffic.ts'
import { type User, enterUser, mint } from './traffic/users.ts'

export interface Population {
  readonly users: readonly User[]
  readonly operator: Caller
  readonly book: Book
  readonly traffic: Traffic
  readonly follower: Follower
}

/** What operators put into the liquidity pool at the start, in micro-units. */
export const poolMicro = 1_000_000_000_000n
/** What each user buys first: units to trade with, and credit that is left over. */
const firstUnits = 5_000
const firstMicro = 50_000_000_000n

/** Users with units and credit, money in the liquidity pool, and who sends and follows events. All is in the book from the start. */
export async function populate(
  stage: Stage,
  { users: count, random, bookFile }: { users: number; random: () => number; bookFile: string },
): Promise<Population> {
  const addresses = new Addresses(() => stage.urls)
  const operator = new Caller(addresses, { alg: 'ed25519', ...stage.operatorKey })
  const names = Array.from({ length: count }, (_, index) => `user-${index + 1}`)
  const users = await Promise.all(names.map((name, index) => enterUser(addresses, operator, name, index)))
  const hash = await mint(stage.sandboxUrl, `0x${'9'.repeat(40)}`, poolMicro)
  await operator.call('POST', '/admin/v1/claims', {
    payer: 'liquidity_pool',
    chain: 'ETH',
    proof: hash,
    reason: 'the drill funds the pool',
  })
  const book = new Book(bookFile)
  const follower = new Follower(book, users, addresses)
  const traffic = new Traffic({ book, users, random, sandboxUrl: stage.sandboxUrl, name: 'chaos' })
  await Promise.all(
    names.map(async (owner) => {
      const entry = await traffic.send({
        intent: 'BUY_TREASURY',
        owner,
        fields: { to: 'treasury', amount: firstUnits },
        payMicro: firstMicro,
      })
      const receipt = await follower.untilEnded(entry, 60_000)
      if (receipt?.status !== 'COMPLETED')
        throw new Error(`${owner} could not buy at the start: ${JSON.stringify(receipt?.refusal ?? entry)}`)
    }),
  )
  return { users, operator, book, traffic, follower }
}
