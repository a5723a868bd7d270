import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { createMetrics, silentLogger } from '@species/platform'
import { noAudit } from '@species/testing'
import { expect, test } from 'vitest'
import { allEndpoints } from './api.ts'

test('every operation by which an operator changes something declares its audit entry: the whole program would start', () => {
  const start = (): unknown =>
    createHttpApp({
      endpoints: allEndpoints(),
      verifier: { verify: () => Promise.reject(new Error('not asked')) },
      limiter: createMemoryRateLimiter({ points: 1, perSeconds: 1 }),
      audit: noAudit,
      log: silentLogger,
      metrics: createMetrics(),
    })
  expect(start).not.toThrow()
})

test('every operation for operators has its least role here, and a viewer is only let read', () => {
  const operators = allEndpoints().flatMap(({ spec }) => (spec.access === 'operator' ? [spec] : []))
  const names = Object.groupBy(operators, ({ role }) => role ?? 'none')
  const told = Object.entries(names).map(([role, specs]) => [role, specs.map(({ operationId }) => operationId).sort()])
  expect(Object.fromEntries(told)).toEqual(leastRoles)
  for (const { method, role } of operators) expect(role === 'viewer').toBe(method === 'get')
})

test('what a suspended or frozen user may still change only makes them safer', () => {
  const allowed = allEndpoints().filter(({ spec }) => spec.whileSuspended === true)
  expect(allowed.map(({ spec }) => spec.operationId).sort()).toEqual([
    'cancelPayout',
    'cancelQuote',
    'deleteWebhook',
    'objectToWalletTransfer',
    'removeAddress',
    'removePasskey',
    'revokeKey',
    'rotateWebhookSecret',
    'signOut',
  ])
})

const leastRoles = {
  viewer: [
    'getBooksStatement',
    'getConfig',
    'getConfigVersion',
    'getDeadLetter',
    'getDeposit',
    'getDifference',
    'getMarketAccounts',
    'getMirror',
    'getOverview',
    'getProposal',
    'getReview',
    'getUser',
    'getWholeEvent',
    'listAudit',
    'listConfigVersions',
    'listDeadLetters',
    'listDeposits',
    'listDifferences',
    'listInvitations',
    'listOpenPayouts',
    'listOperators',
    'listPartners',
    'listPayoutHalts',
    'listProposals',
    'listReceiptKeys',
    'listReconciliations',
    'listReviews',
    'listUsers',
    'listWalletObjections',
    'readPayout',
    'runDoctor',
    'search',
  ],
  operator: [
    'approveProposal',
    'changeUserStatus',
    'decideWalletObjection',
    'haltPayouts',
    'inviteUser',
    'putConfig',
    'recheckClaims',
    'reconcile',
    'refuseProposal',
    'registerUser',
    'resumeAllAgents',
    'retryDeadLetter',
    'retryMirror',
    'revokeAnyKey',
    'revokeInvitation',
    'rotateOperatorKey',
    'stopAllAgents',
    'syncMoralis',
  ],
  treasurer: [
    'approvePayout',
    'assignDeposit',
    'bookForwarded',
    'claimPayment',
    'closeDifference',
    'decideReview',
    'failPayout',
    'keepDeposit',
    'nameTransaction',
    'refusePayout',
    'resumePayouts',
    'sendPayout',
    'withdrawMoney',
  ],
  admin: ['addOperator', 'changeOperator', 'createUserKey', 'distrustReceiptKey', 'inviteOperator', 'rotateReceiptKey'],
}
