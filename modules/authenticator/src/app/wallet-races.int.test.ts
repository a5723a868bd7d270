import type { Principal } from '@species/contracts'
import type { Asked, DefinedAction, Proposal, SecondPerson } from '@species/flow'
import { Problem } from '@species/http'
import { silentLogger, systemIds } from '@species/platform'
import { manualClock, postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insertOperator } from '../adapters/operator-store.ts'
import { authenticatorModule } from '../index.ts'
import { applyTransfers, decidingTransfer, giveUpWallet, objectToTransfer } from './manage-wallets.ts'
import { createSecondPerson } from './second-person.ts'
import { type WalletWorld, addUsers, createWalletWorld } from './test-wallets.ts'

const twoDaysMs = 172_800_000
const rounds = Array.from({ length: 12 }, (_, round) => round)
const trace = 't'

describe.skipIf(!postgresAnswers)('a wallet that several decide about at once [needs Postgres]', () => {
  let database: Awaited<ReturnType<typeof postgresWith>>
  let secondPerson: SecondPerson
  beforeAll(async () => {
    database = await postgresWith(authenticatorModule)
    await addUsers(database, ['alice', 'bob', 'carol', 'operator'])
    for (const operatorId of ['olga', 'otto', 'oda']) {
      await insertOperator(database, { operatorId, name: operatorId, createdBy: 'x', createdAtMs: 0, role: 'admin' })
      // What a person decides counts while their key stands.
      await database.query(
        `INSERT INTO authenticator.api_keys (key_id, onli_id, operator_id, alg, public_key, scopes, limits_version, schemes, created_at)
         VALUES ($1, 'operator', $2, 'ed25519', 'x', '["operator"]', 1, '[]', now())`,
        [`key_${operatorId}`, operatorId],
      )
    }
  })
  afterAll(() => database.drop())

  let world: WalletWorld
  let decide: DefinedAction<{ transferId: string; decision: 'transfer' | 'keep' }>
  beforeEach(() => {
    secondPerson = createSecondPerson({
      database,
      clock: manualClock(),
      ids: systemIds,
      log: silentLogger,
      twoPeople: true,
    })
    decide = secondPerson.define(decidingTransfer(createWalletWorld(database, twoDaysMs).deps))
  })

  /** Alice owns a new wallet, and bob has asked for it. */
  const asked = async (): Promise<string> => {
    world = createWalletWorld(database, twoDaysMs)
    await world.prove('alice')
    const proven = await world.prove('bob')
    if (!('transfer' in proven)) throw new Error('it is a request')
    return proven.transfer.transferId
  }
  const objected = async (): Promise<string> => {
    const transferId = await asked()
    await objectToTransfer(world.deps, { onliId: 'alice', transferId })
    return transferId
  }
  const statusOf = async (transferId: string): Promise<string | undefined> =>
    (
      await database.query<{ status: string }>(
        'SELECT status FROM authenticator.wallet_transfers WHERE transfer_id = $1',
        [transferId],
      )
    )[0]?.status
  const release = async (): Promise<boolean> =>
    (await giveUpWallet(world.deps, { onliId: 'alice', chain: 'ETH', address: world.address, trace })).ok
  const by = (operatorId: string): Principal => ({
    onliId: 'operator',
    keyId: `key_${operatorId}`,
    operatorId,
    scopes: ['operator'],
  })
  const propose = async (who: string, transferId: string, decision: 'transfer' | 'keep'): Promise<Proposal> => {
    const reason = `${who} says ${decision}`
    const answer: Asked = await database.transaction((tx) =>
      decide.ask(tx, { body: { transferId, decision }, by: by(who), reason, trace }),
    )
    if (answer.kind !== 'proposed') throw new Error('it takes two people')
    return answer.proposal
  }
  const approve = async (who: string, { proposalId, actionHash }: Proposal): Promise<string> => {
    const approved = await database.transaction((tx) =>
      secondPerson.approve(tx, { proposalId, actionHash, by: by(who), trace }),
    )
    return approved.ok ? 'done' : approved.refusal.code
  }

  it.each(rounds)('an objection and the time that has come: the one that is first holds (%i)', async () => {
    const transferId = await asked()
    // Two processes, of which one is a millisecond behind.
    const behind = createWalletWorld(database, twoDaysMs)
    world.clock.advance(twoDaysMs)
    behind.clock.advance(twoDaysMs - 1)
    const [objection] = await Promise.all([
      objectToTransfer(behind.deps, { onliId: 'alice', transferId }),
      applyTransfers(world.deps),
    ])
    expect([await statusOf(transferId), await world.owners()]).toEqual(
      objection.ok ? ['objected', ['alice']] : ['done', ['bob']],
    )
  })

  it.each(rounds)('two first proofs: one owns it, and the other has asked for it (%i)', async () => {
    world = createWalletWorld(database, twoDaysMs)
    const proven = await Promise.all([world.prove('bob'), world.prove('carol')])
    expect(proven.map((one) => Object.keys(one)[0]).sort()).toEqual(['transfer', 'wallet'])
    expect(await world.owners()).toHaveLength(1)
  })

  it.each(rounds)('two newer proofs: one is the request, and the other is refused (%i)', async () => {
    world = createWalletWorld(database, twoDaysMs)
    await world.prove('alice')
    const proven = await Promise.allSettled([world.prove('bob'), world.prove('carol')])
    expect(proven.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    world.clock.advance(twoDaysMs)
    await Promise.all([applyTransfers(world.deps), applyTransfers(world.deps)])
    const winner = proven[0].status === 'fulfilled' ? 'bob' : 'carol'
    expect(await world.owners()).toEqual([winner])
  })

  it.each(rounds)('a release and a newer proof: the wallet is the newer prover’s at once (%i)', async () => {
    world = createWalletWorld(database, twoDaysMs)
    await world.prove('alice')
    const [released] = await Promise.all([release(), world.prove('bob')])
    expect(released).toBe(true)
    expect(await world.owners()).toEqual(['bob'])
  })

  it.each(rounds)(
    'a release and the time that has come: it is the newer prover’s, whoever carried it out (%i)',
    async () => {
      const transferId = await asked()
      world.clock.advance(twoDaysMs)
      await Promise.all([release(), applyTransfers(world.deps), applyTransfers(world.deps)])
      expect([await statusOf(transferId), await world.owners()]).toEqual(['done', ['bob']])
    },
  )

  it.each(rounds)('two approvals of one decision: it is done once (%i)', async () => {
    const transferId = await objected()
    const proposal = await propose('olga', transferId, 'transfer')
    const answers = await Promise.all([approve('otto', proposal), approve('oda', proposal)])
    expect(answers.sort()).toEqual(['done', 'precondition_failed'])
    expect([await statusOf(transferId), await world.owners()]).toEqual(['done', ['bob']])
  })

  it.each(rounds)('opposite decisions: one is done, and the other finds nothing to decide (%i)', async () => {
    const transferId = await objected()
    const [transfer, keep] = [await propose('olga', transferId, 'transfer'), await propose('otto', transferId, 'keep')]
    const [transferred, kept] = await Promise.all([approve('oda', transfer), approve('olga', keep)])
    expect([transferred, kept].sort()).toEqual(['done', 'precondition_failed'])
    expect([await statusOf(transferId), await world.owners()]).toEqual(
      transferred === 'done' ? ['done', ['bob']] : ['kept', ['alice']],
    )
  })

  it.each(rounds)(
    'a decision to keep it and its release: no wallet is left with an owner who gave it up (%i)',
    async () => {
      const transferId = await objected()
      const keep = await propose('olga', transferId, 'keep')
      const [decided, released] = await Promise.all([approve('otto', keep), release()])
      expect(released).toBe(true)
      expect([await statusOf(transferId), await world.owners()]).toEqual(
        decided === 'done' ? ['kept', []] : ['done', ['bob']],
      )
    },
  )

  it('the second person is another person, and is asked only where there is something to decide', async () => {
    const transferId = await objected()
    const proposal = await propose('olga', transferId, 'transfer')
    expect(await approve('olga', proposal)).toBe('forbidden')
    expect([await statusOf(transferId), await world.owners()]).toEqual(['objected', ['alice']])
    expect(await release()).toBe(true)
    expect(await approve('otto', proposal)).toBe('precondition_failed')
    await expect(propose('olga', transferId, 'keep')).rejects.toThrow(Problem)
    expect(await world.owners()).toEqual(['bob'])
  })
})
