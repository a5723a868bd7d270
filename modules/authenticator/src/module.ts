import { type Module, consumer } from '@species/flow'
import { purgeNonces } from './adapters/nonce-store.ts'
import { purgePasskeyChallenges } from './adapters/passkey-challenges.ts'
import { purgeUses } from './adapters/passkey-rows.ts'
import { transfersDue } from './adapters/transfer-store.ts'
import { purgeChallenges } from './adapters/wallet-store.ts'
import type { AuthenticatorDeps } from './app/deps.ts'
import { applyTransfers } from './app/manage-wallets.ts'
import { freezePayers } from './app/freeze-payers.ts'
import { observeOperatorKeys } from './app/observe-operator-keys.ts'
import {
  createOwnAgent,
  listAgents,
  pauseAgent,
  putMandate,
  readAgent,
  resumeAgents,
  resumeOwnAgent,
  revokeAgent,
  stopAgents,
} from './http/agents.ts'
import { nonceLifeMs } from './domain/freshness.ts'
import { authenticate } from './http/authenticate.ts'
import { askForChallenge } from './http/challenge-wallet.ts'
import { changeUserStatus } from './http/change-status.ts'
import { createOwnKey } from './http/create-key.ts'
import { createUserKey } from './http/create-user-key.ts'
import { registerUser } from './http/create-user.ts'
import { listKeys } from './http/list-keys.ts'
import { listWallets } from './http/list-wallets.ts'
import { proveOwnWallet } from './http/prove-wallet.ts'
import { listAllUsers } from './http/list-users.ts'
import { readUser } from './http/read-user.ts'
import { releaseOwnWallet } from './http/release-wallet.ts'
import { revokeAnyKey } from './http/revoke-any-key.ts'
import { revokeOwnKey } from './http/revoke-key.ts'
import { decideObjection, listObjections, objectToWalletTransfer } from './http/wallet-transfers.ts'
import { addOperator, changeOperator, readOperators } from './http/operators.ts'
import { approveProposal, readProposal, readProposals, refuseProposal } from './http/proposals.ts'
import { readAudit } from './http/read-audit.ts'
import { continueAsDemoUser, signInWays, signOut } from './http/sign-in.ts'
import { walletSignInEndpoints } from './http/wallet-sign-in.ts'
import { resumeAllAgents, stopAllAgents } from './http/stop-all-agents.ts'
import { invitationEndpoints } from './http/invitations.ts'
import { redeemEndpoints } from './http/redeem-invitation.ts'
import { passkeySignInEndpoints } from './http/passkey-sign-in.ts'
import { passkeyEndpoints } from './http/passkeys.ts'
import { rotateOperatorKey, rotateOwnKey } from './http/rotate-key.ts'

const routes = [
  authenticate,
  signInWays,
  continueAsDemoUser,
  signOut,
  createOwnKey,
  listKeys,
  rotateOwnKey,
  revokeOwnKey,
  createOwnAgent,
  listAgents,
  stopAgents,
  resumeAgents,
  readAgent,
  putMandate,
  pauseAgent,
  resumeOwnAgent,
  revokeAgent,
  askForChallenge,
  proveOwnWallet,
  listWallets,
  releaseOwnWallet,
  objectToWalletTransfer,
  listObjections,
  decideObjection,
  registerUser,
  readUser,
  listAllUsers,
  changeUserStatus,
  createUserKey,
  revokeAnyKey,
  readOperators,
  addOperator,
  changeOperator,
  rotateOperatorKey,
  readProposals,
  readProposal,
  approveProposal,
  refuseProposal,
  readAudit,
  stopAllAgents,
  resumeAllAgents,
]

/** The authenticator: users, keys and wallets. Who signed a request is told by `createRequestVerifier`, in every process. */
export function createAuthenticator(deps: AuthenticatorDeps): Module {
  return {
    name: 'authenticator',
    consumers: [
      consumer({
        name: 'authenticator-payment-reversed',
        topic: 'payment.reversed',
        maxBatch: 50,
        handle: (batch) => freezePayers(deps, batch),
      }),
    ],
    endpoints: [
      ...routes.map((route) => route(deps)),
      ...passkeySignInEndpoints(deps),
      ...redeemEndpoints(deps),
      ...invitationEndpoints(deps),
      ...walletSignInEndpoints(deps),
      ...passkeyEndpoints(deps),
    ],
    jobs: [
      {
        name: 'authenticator-wallet-transfers',
        everyMs: 5_000,
        due: transfersDue,
        run: () => applyTransfers(deps),
      },
      {
        name: 'operator-keys-gauge',
        everyMs: 60_000,
        run: () => observeOperatorKeys(deps),
      },
      {
        name: 'authenticator-purge-nonces',
        everyMs: 60_000,
        run: async () => await purgeNonces(deps.database, await deps.retention.now()),
      },
      {
        name: 'authenticator-purge-challenges',
        everyMs: 600_000,
        run: async () => {
          const nowMs = await deps.retention.now()
          await purgeChallenges(deps.database, nowMs)
          await purgePasskeyChallenges(deps.database, nowMs)
          await purgeUses(deps.database, nowMs - nonceLifeMs)
        },
      },
    ],
  }
}
