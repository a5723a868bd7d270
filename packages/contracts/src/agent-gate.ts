import type { MarketplaceConfig } from './config.ts'
import type { ErrorCode } from './errors.ts'
import type { MarketplaceEvent } from './event.ts'
import type { StateBodies } from './messages.ts'

/** Why an agent's event is not accepted. `members`: what a program reads of the problem document. */
export interface AgentRefusal {
  readonly code: ErrorCode
  readonly detail: string
  readonly members?: Readonly<Record<string, unknown>>
}

/** Asked for the event of an agent before it is accepted. The cashier implements it. */
export interface AgentGate {
  /** Undefined: it may be accepted. `judged`: the event as it would be matched now; undefined where it would be refused. */
  admit(
    agentId: string,
    asked: {
      readonly owner: string
      readonly event: MarketplaceEvent
      readonly judged: () => Promise<
        { readonly dossier: StateBodies['matched']; readonly config: MarketplaceConfig } | undefined
      >
    },
  ): Promise<AgentRefusal | undefined>
}
