/** The ten modules of the specification, and those that came with money in and out. */
export const moduleNames = [
  'authenticator',
  'marketplace-api',
  'classifier',
  'validator',
  'matching',
  'cashier',
  'asset-manager',
  'floor-manager',
  'reporter',
  'config',
  'webhooks',
  'payouts',
  'deposits',
  'mirror',
  'quotes',
  'reconciliation',
] as const
export type ModuleName = (typeof moduleNames)[number]

export interface LifecycleRow {
  readonly state: State
  /** Who brings the event into this state and stores the row that says so. */
  readonly owner: ModuleName | 'several'
  /** Modules that publish the state's message beside the owner: all of them where there are several. */
  readonly alsoBy?: readonly ModuleName[]
  readonly road: 'forward' | 'backward' | 'aside' | 'end'
  /** Who works on the message `species.event.<state>.v1.<partition>`. */
  readonly consumers: readonly ModuleName[]
  /** Where the event can go from here. */
  readonly next: readonly State[]
  /** What is true once the event is here. */
  readonly truth: string
}

export const states = [
  'accepted',
  'classified',
  'validated',
  'matched',
  'funded',
  'delivered',
  'confirmed',
  'settled',
  'completed',
  'refused',
  'cancelled',
  'released',
  'returned',
  'failed',
  'waiting',
  'review',
  'disputed',
] as const
export type State = (typeof states)[number]

/** The flow of an event, as data: read it from top to bottom. The picture in docs/ARCHITECTURE.md is generated from it. */
export const lifecycle: readonly LifecycleRow[] = [
  {
    state: 'accepted',
    owner: 'marketplace-api',
    road: 'forward',
    consumers: ['classifier'],
    next: ['classified', 'refused'],
    truth: 'the caller is authentic, the body is valid and stored for ever, versions are pinned, 202 is sent',
  },
  {
    state: 'classified',
    owner: 'classifier',
    road: 'forward',
    consumers: ['validator'],
    next: ['validated', 'refused', 'waiting', 'review'],
    truth: 'the intent is known',
  },
  {
    state: 'validated',
    owner: 'validator',
    road: 'forward',
    consumers: ['matching'],
    next: ['matched', 'refused'],
    truth: 'the payment is real, final, bound to the payer and claimed; or none is needed',
  },
  {
    state: 'matched',
    owner: 'matching',
    road: 'forward',
    consumers: ['cashier'],
    next: ['funded', 'refused'],
    truth: 'the price is fixed; units to sell are reserved',
  },
  {
    state: 'funded',
    owner: 'cashier',
    road: 'forward',
    consumers: ['asset-manager'],
    next: ['delivered', 'cancelled', 'refused', 'waiting', 'review'],
    truth: 'the payment is credited and sufficient; money and units are held; limits are charged',
  },
  {
    state: 'delivered',
    owner: 'asset-manager',
    road: 'forward',
    consumers: ['floor-manager'],
    next: ['confirmed', 'waiting', 'review'],
    truth: 'Onli Cloud has issued the units or changed their owner, exactly once',
  },
  {
    state: 'confirmed',
    owner: 'floor-manager',
    road: 'forward',
    consumers: ['cashier'],
    next: ['settled'],
    truth: 'the oracle agrees',
  },
  {
    state: 'settled',
    owner: 'cashier',
    road: 'forward',
    consumers: ['floor-manager', 'matching'],
    next: ['completed'],
    truth: 'holds are settled, payables are booked, the listing is open or the reservation is used',
  },
  {
    state: 'completed',
    owner: 'floor-manager',
    road: 'end',
    consumers: ['marketplace-api', 'webhooks'],
    next: ['disputed'],
    truth: 'the receipt is written and signed',
  },
  {
    state: 'refused',
    owner: 'several',
    alsoBy: ['marketplace-api', 'classifier', 'validator', 'matching', 'cashier', 'asset-manager', 'floor-manager'],
    road: 'backward',
    consumers: ['asset-manager'],
    next: ['cancelled'],
    truth: 'a module refused the event, or its deadline has passed',
  },
  {
    state: 'cancelled',
    owner: 'asset-manager',
    road: 'backward',
    consumers: ['cashier'],
    next: ['released'],
    truth: 'nothing was delivered and nothing will be',
  },
  {
    state: 'released',
    owner: 'cashier',
    road: 'backward',
    consumers: ['matching'],
    next: ['returned'],
    truth: 'holds are released; a payment is kept as credit',
  },
  {
    state: 'returned',
    owner: 'matching',
    road: 'backward',
    consumers: ['floor-manager'],
    next: ['failed'],
    truth: 'reservations are returned',
  },
  {
    state: 'failed',
    owner: 'floor-manager',
    road: 'end',
    consumers: ['marketplace-api', 'webhooks'],
    next: [],
    truth: 'nothing moved; the signed receipt says why',
  },
  {
    state: 'waiting',
    owner: 'several',
    alsoBy: ['validator', 'asset-manager', 'floor-manager'],
    road: 'aside',
    consumers: ['marketplace-api', 'webhooks'],
    next: ['validated', 'delivered', 'confirmed', 'refused', 'review'],
    truth: 'confirmations, consent or a partner’s answer are pending until a deadline',
  },
  {
    state: 'review',
    owner: 'floor-manager',
    alsoBy: ['validator', 'asset-manager'],
    road: 'aside',
    consumers: ['floor-manager', 'marketplace-api', 'webhooks'],
    next: ['validated', 'confirmed', 'refused'],
    truth: 'facts disagree: everything stays held until an operator decides with a reason',
  },
  {
    state: 'disputed',
    owner: 'floor-manager',
    road: 'end',
    consumers: ['marketplace-api', 'webhooks'],
    next: [],
    truth: 'completed, then the payment vanished in a chain reorganisation; a superseding receipt is signed',
  },
]

/** The states in which an event has ended. */
export const endStates = ['completed', 'failed', 'disputed'] as const
export type EndState = (typeof endStates)[number]

export function rowOf(state: State): LifecycleRow {
  const row = lifecycle.find((candidate) => candidate.state === state)
  if (!row) throw new Error(`no lifecycle row for ${state}`)
  return row
}

/** Every module that publishes a state's message. */
export function publishersOf(state: State): ModuleName[] {
  const { owner, alsoBy = [] } = rowOf(state)
  return owner === 'several' ? [...alsoBy] : [owner, ...alsoBy]
}

/** Whether an event may come from one state into another: at once, or by way of a state beside the road. */
export function mayFollow(from: State, to: State): boolean {
  return rowOf(from).next.some((next) => next === to || (rowOf(next).road === 'aside' && rowOf(next).next.includes(to)))
}
