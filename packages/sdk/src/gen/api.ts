// Made by `npm run generate` from the OpenAPI document of the marketplace. Do not edit.

export interface components {
  schemas: {
    /** @description A problem document (RFC 9457). An operation may add members of its own. */
    Problem: {
      /** @description The address of the page about the code */
      type: string
      title: string
      status: number
      /**
       * @description What went wrong, for programs
       * @enum {string}
       */
      code:
        | 'malformed_json'
        | 'invalid_request'
        | 'invalid_amount'
        | 'body_too_large'
        | 'request_timeout'
        | 'headers_too_large'
        | 'expectation_failed'
        | 'unsupported_transfer_coding'
        | 'unsupported_media_type'
        | 'not_found'
        | 'method_not_allowed'
        | 'precondition_failed'
        | 'vaults_fixed'
        | 'unauthenticated'
        | 'invalid_signature'
        | 'stale_signature'
        | 'replayed_nonce'
        | 'scheme_not_allowed'
        | 'key_revoked'
        | 'user_suspended'
        | 'forbidden'
        | 'not_your_account'
        | 'rate_limited'
        | 'reserved_name'
        | 'already_exists'
        | 'wallet_taken'
        | 'wallet_proof_invalid'
        | 'invitation_invalid'
        | 'passkey_invalid'
        | 'challenge_expired'
        | 'address_not_public'
        | 'too_many_webhooks'
        | 'too_many_deliveries'
        | 'webhook_disabled'
        | 'confirmation_required'
        | 'confirmation_invalid'
        | 'payouts_off'
        | 'address_refused'
        | 'too_many_addresses'
        | 'not_payable'
        | 'too_many_payouts'
        | 'request_id_conflict'
        | 'payout_state'
        | 'second_person_needed'
        | 'unknown_destination'
        | 'agent_stopped'
        | 'mandate_required'
        | 'approval_required'
        | 'too_many_approvals'
        | 'too_many_agents'
        | 'event_id_conflict'
        | 'trading_halted'
        | 'payouts_unsupported'
        | 'too_many_unproven_payments'
        | 'overloaded'
        | 'intent_mismatch'
        | 'ambiguous_event'
        | 'missing_field'
        | 'deadline_exceeded'
        | 'proof_unsupported'
        | 'chain_disabled'
        | 'payment_not_found'
        | 'payment_not_final'
        | 'payment_unconfirmable'
        | 'failed_transaction'
        | 'no_transfer'
        | 'wrong_token'
        | 'wrong_recipient'
        | 'too_little'
        | 'not_bound'
        | 'payment_before_wallet'
        | 'price_expired'
        | 'already_claimed'
        | 'too_many_quotes'
        | 'quote_units_exceeded'
        | 'quote_cited'
        | 'quote_ended'
        | 'quote_mismatch'
        | 'listing_not_found'
        | 'listing_gone'
        | 'listing_expired'
        | 'listing_too_small'
        | 'listing_below_minimum'
        | 'too_many_listings'
        | 'own_listing'
        | 'not_your_listing'
        | 'no_liquidity'
        | 'nothing_to_delist'
        | 'unknown_party'
        | 'same_party'
        | 'insufficient_units'
        | 'insufficient_payment'
        | 'pool_exhausted'
        | 'pool_share_exceeded'
        | 'limit_exceeded'
        | 'outside_mandate'
        | 'delivery_refused'
        | 'consent_refused'
        | 'consent_expired'
        | 'refused_by_operator'
        | 'service_unavailable'
        | 'internal_error'
      /** @description What went wrong this time, for people */
      detail: string
      /** @description Whether the same request may succeed later */
      retryable: boolean
      /** @description Names the request in the log of the marketplace */
      requestId: string
      /** @description The fields that do not fit, at most 20 */
      issues?: {
        field: string
        message: string
      }[]
      /**
       * Format: date-time
       * @description Of `rate_limited`: until then the same signed request may be sent again
       */
      sameRequestUntil?: string
    }
    /** @description The configuration, with its version as ETag. Send the `ETag` as `If-Match` when you change it. Where the process that answers is too old to read the newest version, this is the newest that it can read, and `unreadable` names the other. Least role: `viewer`. */
    getConfig: {
      output: {
        version: number
        config: {
          /** @enum {string} */
          trading: 'on' | 'off'
          treasuryPrice: string
          redeemPrice: string
          feeBasisPoints: {
            buyTreasury: number
            buyMarket: number
            sell: number
            redeem: number
          }
          chains: {
            ETH: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
            BSC: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
            POLYGON: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
            TRON: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
          }
          /**
           * @default {
           *       "mostPerDay": 20
           *     }
           */
          freezes?: {
            /** @default 20 */
            mostPerDay?: number
          }
          /** @default 172800000 */
          walletTransferMs?: number
          /** @default 3600000 */
          changeDelayMs?: number
          /** @default 600000 */
          priceHoldMs?: number
          /**
           * @default {
           *       "lifeMs": 900000,
           *       "maxOpenPerUser": 5,
           *       "unitsShareBasisPoints": 2000
           *     }
           */
          quotes?: {
            /** @default 900000 */
            lifeMs?: number
            /** @default 5 */
            maxOpenPerUser?: number
            /** @default 2000 */
            unitsShareBasisPoints?: number
          }
          recheckMultiples: number[]
          vanishedAfterMs?: number
          deadlines: {
            paymentMs: number
            paymentWatchMs: number
            consentMs: number
            /** @default 300000 */
            redeemConsentMs?: number
            unknownMs: number
            eventMs: number
          }
          listing: {
            defaultLifeMs: number
            maxLifeMs: number
            /** @default 1 */
            minUnits?: number
            /** @default 200 */
            maxOpenPerSeller?: number
          }
          /** @default 500 */
          poolShareBasisPoints?: number
          /**
           * @default {
           *       "enabled": false,
           *       "addressDelayMs": 86400000,
           *       "secondPersonUsdt": "1000",
           *       "maxUsdt": "100000"
           *     }
           */
          payouts?: {
            /** @default false */
            enabled?: boolean
            /** @default 86400000 */
            addressDelayMs?: number
            /** @default 1000 */
            secondPersonUsdt?: string
            /** @default 100000 */
            maxUsdt?: string
          }
          vaults: {
            escrow: string
            liquidityPool: string
          }
        }
        unreadable?: number
      }
    }
    /** @description Change the configuration. Send `If-Match` with the version you read. Events accepted before keep its prices, fees and deadlines; whether a chain is enabled and an address is ours follows the time at which a payment is mined, and `halted` acts at once. One person may halt trading or a chain, and disable a chain; every other change takes two people and, after it was proposed, `changeDelayMs`. Least role: `operator`. */
    putConfig: {
      header: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
        /** @description The `ETag` of the version that you read (RFC 9110 section 13.1.1). */
        'If-Match': string
      }
      body: {
        config: {
          /** @enum {string} */
          trading: 'on' | 'off'
          treasuryPrice: string
          redeemPrice: string
          feeBasisPoints: {
            buyTreasury: number
            buyMarket: number
            sell: number
            redeem: number
          }
          chains: {
            ETH: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
            BSC: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
            POLYGON: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
            TRON: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
          }
          /**
           * @default {
           *       "mostPerDay": 20
           *     }
           */
          freezes?: {
            /** @default 20 */
            mostPerDay?: number
          }
          /** @default 172800000 */
          walletTransferMs?: number
          /** @default 3600000 */
          changeDelayMs?: number
          /** @default 600000 */
          priceHoldMs?: number
          /**
           * @default {
           *       "lifeMs": 900000,
           *       "maxOpenPerUser": 5,
           *       "unitsShareBasisPoints": 2000
           *     }
           */
          quotes?: {
            /** @default 900000 */
            lifeMs?: number
            /** @default 5 */
            maxOpenPerUser?: number
            /** @default 2000 */
            unitsShareBasisPoints?: number
          }
          recheckMultiples: number[]
          vanishedAfterMs?: number
          deadlines: {
            paymentMs: number
            paymentWatchMs: number
            consentMs: number
            /** @default 300000 */
            redeemConsentMs?: number
            unknownMs: number
            eventMs: number
          }
          listing: {
            defaultLifeMs: number
            maxLifeMs: number
            /** @default 1 */
            minUnits?: number
            /** @default 200 */
            maxOpenPerSeller?: number
          }
          /** @default 500 */
          poolShareBasisPoints?: number
          /**
           * @default {
           *       "enabled": false,
           *       "addressDelayMs": 86400000,
           *       "secondPersonUsdt": "1000",
           *       "maxUsdt": "100000"
           *     }
           */
          payouts?: {
            /** @default false */
            enabled?: boolean
            /** @default 86400000 */
            addressDelayMs?: number
            /** @default 1000 */
            secondPersonUsdt?: string
            /** @default 100000 */
            maxUsdt?: string
          }
          vaults: {
            escrow: string
            liquidityPool: string
          }
        }
        reason: string
      }
      output:
        | {
            version: number
            config: {
              /** @enum {string} */
              trading: 'on' | 'off'
              treasuryPrice: string
              redeemPrice: string
              feeBasisPoints: {
                buyTreasury: number
                buyMarket: number
                sell: number
                redeem: number
              }
              chains: {
                ETH: {
                  enabled: boolean
                  depositAddresses: string[]
                  confirmations: number
                  /** @default false */
                  halted?: boolean
                  /** @default [] */
                  compromisedAddresses?: string[]
                  /** @default [] */
                  quoteAddresses?: string[]
                  /** @default [] */
                  ourWallets?: string[]
                  /** @default [] */
                  deniedAddresses?: string[]
                  /** @default 3600000 */
                  payoutMaturityMs?: number
                }
                BSC: {
                  enabled: boolean
                  depositAddresses: string[]
                  confirmations: number
                  /** @default false */
                  halted?: boolean
                  /** @default [] */
                  compromisedAddresses?: string[]
                  /** @default [] */
                  quoteAddresses?: string[]
                  /** @default [] */
                  ourWallets?: string[]
                  /** @default [] */
                  deniedAddresses?: string[]
                  /** @default 3600000 */
                  payoutMaturityMs?: number
                }
                POLYGON: {
                  enabled: boolean
                  depositAddresses: string[]
                  confirmations: number
                  /** @default false */
                  halted?: boolean
                  /** @default [] */
                  compromisedAddresses?: string[]
                  /** @default [] */
                  quoteAddresses?: string[]
                  /** @default [] */
                  ourWallets?: string[]
                  /** @default [] */
                  deniedAddresses?: string[]
                  /** @default 3600000 */
                  payoutMaturityMs?: number
                }
                TRON: {
                  enabled: boolean
                  depositAddresses: string[]
                  confirmations: number
                  /** @default false */
                  halted?: boolean
                  /** @default [] */
                  compromisedAddresses?: string[]
                  /** @default [] */
                  quoteAddresses?: string[]
                  /** @default [] */
                  ourWallets?: string[]
                  /** @default [] */
                  deniedAddresses?: string[]
                  /** @default 3600000 */
                  payoutMaturityMs?: number
                }
              }
              /**
               * @default {
               *       "mostPerDay": 20
               *     }
               */
              freezes?: {
                /** @default 20 */
                mostPerDay?: number
              }
              /** @default 172800000 */
              walletTransferMs?: number
              /** @default 3600000 */
              changeDelayMs?: number
              /** @default 600000 */
              priceHoldMs?: number
              /**
               * @default {
               *       "lifeMs": 900000,
               *       "maxOpenPerUser": 5,
               *       "unitsShareBasisPoints": 2000
               *     }
               */
              quotes?: {
                /** @default 900000 */
                lifeMs?: number
                /** @default 5 */
                maxOpenPerUser?: number
                /** @default 2000 */
                unitsShareBasisPoints?: number
              }
              recheckMultiples: number[]
              vanishedAfterMs?: number
              deadlines: {
                paymentMs: number
                paymentWatchMs: number
                consentMs: number
                /** @default 300000 */
                redeemConsentMs?: number
                unknownMs: number
                eventMs: number
              }
              listing: {
                defaultLifeMs: number
                maxLifeMs: number
                /** @default 1 */
                minUnits?: number
                /** @default 200 */
                maxOpenPerSeller?: number
              }
              /** @default 500 */
              poolShareBasisPoints?: number
              /**
               * @default {
               *       "enabled": false,
               *       "addressDelayMs": 86400000,
               *       "secondPersonUsdt": "1000",
               *       "maxUsdt": "100000"
               *     }
               */
              payouts?: {
                /** @default false */
                enabled?: boolean
                /** @default 86400000 */
                addressDelayMs?: number
                /** @default 1000 */
                secondPersonUsdt?: string
                /** @default 100000 */
                maxUsdt?: string
              }
              vaults: {
                escrow: string
                liquidityPool: string
              }
            }
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Who changed the configuration, when and why. In pages: ask again `before` the last version. Least role: `viewer`. */
    listConfigVersions: {
      query?: {
        /** @default 50 */
        limit?: number
        before?: number
      }
      output: {
        versions: {
          version: number
          /** @description an operator and their key */
          changedBy: string
          reason: string
          /** Format: date-time */
          changedAt: string
        }[]
      }
    }
    /** @description One version of the configuration. A version never changes. Its reason and author are in the list of versions. Least role: `viewer`. */
    getConfigVersion: {
      path: {
        version: number
      }
      output: {
        version: number
        config: {
          /** @enum {string} */
          trading: 'on' | 'off'
          treasuryPrice: string
          redeemPrice: string
          feeBasisPoints: {
            buyTreasury: number
            buyMarket: number
            sell: number
            redeem: number
          }
          chains: {
            ETH: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
            BSC: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
            POLYGON: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
            TRON: {
              enabled: boolean
              depositAddresses: string[]
              confirmations: number
              /** @default false */
              halted?: boolean
              /** @default [] */
              compromisedAddresses?: string[]
              /** @default [] */
              quoteAddresses?: string[]
              /** @default [] */
              ourWallets?: string[]
              /** @default [] */
              deniedAddresses?: string[]
              /** @default 3600000 */
              payoutMaturityMs?: number
            }
          }
          /**
           * @default {
           *       "mostPerDay": 20
           *     }
           */
          freezes?: {
            /** @default 20 */
            mostPerDay?: number
          }
          /** @default 172800000 */
          walletTransferMs?: number
          /** @default 3600000 */
          changeDelayMs?: number
          /** @default 600000 */
          priceHoldMs?: number
          /**
           * @default {
           *       "lifeMs": 900000,
           *       "maxOpenPerUser": 5,
           *       "unitsShareBasisPoints": 2000
           *     }
           */
          quotes?: {
            /** @default 900000 */
            lifeMs?: number
            /** @default 5 */
            maxOpenPerUser?: number
            /** @default 2000 */
            unitsShareBasisPoints?: number
          }
          recheckMultiples: number[]
          vanishedAfterMs?: number
          deadlines: {
            paymentMs: number
            paymentWatchMs: number
            consentMs: number
            /** @default 300000 */
            redeemConsentMs?: number
            unknownMs: number
            eventMs: number
          }
          listing: {
            defaultLifeMs: number
            maxLifeMs: number
            /** @default 1 */
            minUnits?: number
            /** @default 200 */
            maxOpenPerSeller?: number
          }
          /** @default 500 */
          poolShareBasisPoints?: number
          /**
           * @default {
           *       "enabled": false,
           *       "addressDelayMs": 86400000,
           *       "secondPersonUsdt": "1000",
           *       "maxUsdt": "100000"
           *     }
           */
          payouts?: {
            /** @default false */
            enabled?: boolean
            /** @default 86400000 */
            addressDelayMs?: number
            /** @default 1000 */
            secondPersonUsdt?: string
            /** @default 100000 */
            maxUsdt?: string
          }
          vaults: {
            escrow: string
            liquidityPool: string
          }
        }
      }
    }
    /** @description Prices, fees and where to pay. What a trader needs to know before they pay: prices, fees, chains and deposit addresses, and how long a price holds. Where the process that answers is too old to read the newest version, it shows the last one it can read, with trading off and no address to pay to. */
    getMarketConfig: {
      output: {
        /** @enum {string} */
        trading: 'on' | 'off'
        treasuryPrice: string
        redeemPrice: string
        feeBasisPoints: {
          buyTreasury: number
          buyMarket: number
          sell: number
          redeem: number
        }
        chains: {
          ETH: {
            enabled: boolean
            depositAddresses: string[]
            confirmations: number
            /** @default false */
            halted?: boolean
            /** @default [] */
            compromisedAddresses?: string[]
            /** @default [] */
            quoteAddresses?: string[]
            /** @default [] */
            ourWallets?: string[]
            /** @default [] */
            deniedAddresses?: string[]
            /** @default 3600000 */
            payoutMaturityMs?: number
          }
          BSC: {
            enabled: boolean
            depositAddresses: string[]
            confirmations: number
            /** @default false */
            halted?: boolean
            /** @default [] */
            compromisedAddresses?: string[]
            /** @default [] */
            quoteAddresses?: string[]
            /** @default [] */
            ourWallets?: string[]
            /** @default [] */
            deniedAddresses?: string[]
            /** @default 3600000 */
            payoutMaturityMs?: number
          }
          POLYGON: {
            enabled: boolean
            depositAddresses: string[]
            confirmations: number
            /** @default false */
            halted?: boolean
            /** @default [] */
            compromisedAddresses?: string[]
            /** @default [] */
            quoteAddresses?: string[]
            /** @default [] */
            ourWallets?: string[]
            /** @default [] */
            deniedAddresses?: string[]
            /** @default 3600000 */
            payoutMaturityMs?: number
          }
          TRON: {
            enabled: boolean
            depositAddresses: string[]
            confirmations: number
            /** @default false */
            halted?: boolean
            /** @default [] */
            compromisedAddresses?: string[]
            /** @default [] */
            quoteAddresses?: string[]
            /** @default [] */
            ourWallets?: string[]
            /** @default [] */
            deniedAddresses?: string[]
            /** @default 3600000 */
            payoutMaturityMs?: number
          }
        }
        /** @default 600000 */
        priceHoldMs?: number
        version: number
        paymentDeadlineMs: number
      }
    }
    /** @description Tell who signed this request. Answers with the caller, the scopes and limits of the key, and the profile of the user. */
    authenticate: {
      output: {
        onliId: string
        /** Format: uuid */
        marketplaceUserId: string
        keyId: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        profileTray: {
          displayName?: string
          language?: string
          timeZone?: string
        }
      }
    }
    /** @description How a browser may sign in here. Demo users are named where every partner is the sandbox and a page of this marketplace asks on its own machine. */
    getSignIn: {
      output: {
        /** @description empty: not here */
        continueAs: ('alice' | 'bob' | 'operator')[]
      }
    }
    /** @description End the key that signs this request, for ever. What a browser does when its user signs out. It cannot be undone. The key is not revoked: what was done with it stays good. */
    signOut: {
      output: {
        keyId: string
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        schemes: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        expiresAt?: string
        /** Format: date-time */
        revokedAt?: string
        rotatedTo?: string
        /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
        createdBy?: string
      }
    }
    /** @description Enrol the key of a browser for a demo user of the sandbox. Only where every partner is the sandbox and the server listens on loopback; only for a page of this marketplace on the same machine (`Host`, `Origin` and `Sec-Fetch-Site` are ours, and nothing forwarded the request). The key ends after 12 hours and is listed and revoked like any other. */
    continueAs: {
      body: {
        /** @enum {string} */
        as: 'alice' | 'bob' | 'operator'
        publicKey: string
      }
      output: {
        keyId: string
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        schemes: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        expiresAt?: string
        /** Format: date-time */
        revokedAt?: string
        rotatedTo?: string
        /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
        createdBy?: string
        /** @description for hmac: told once, here */
        secret?: string
        /** @description what you left open and the key has from the one that asked: it can do no more, and lives no longer */
        inherited?: ('limits' | 'schemes' | 'expiresAt')[]
        onliId: string
      }
    }
    /** @description Make a key. It has no scope and no limit looser than the key that asks. What is left open is taken from that key. The secret of an hmac key is told here and never again. If you confirm the request with a passkey, the key may outlive the one that asks, and may have the scope `payout` for the addresses in `limits.payoutAddresses`. */
    createKey: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        /** @description for ed25519: its public half; we never hold the private one */
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
        }
        /** @description default: both for hmac, rfc9421 for ed25519 */
        schemes?: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        expiresAt?: string
      }
      output: {
        keyId: string
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        schemes: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        expiresAt?: string
        /** Format: date-time */
        revokedAt?: string
        rotatedTo?: string
        /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
        createdBy?: string
        /** @description for hmac: told once, here */
        secret?: string
        /** @description what you left open and the key has from the one that asked: it can do no more, and lives no longer */
        inherited?: ('limits' | 'schemes' | 'expiresAt')[]
      }
    }
    /** @description List your keys. Those in use, and the newest of those that ended; at most 200. Never a secret. */
    listKeys: {
      output: {
        keys: {
          keyId: string
          /** @enum {string} */
          alg: 'hmac' | 'ed25519'
          publicKey?: string
          scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
          limits?: {
            /** @description whole units of SPECIES */
            unitsPerTrade?: string
            /** @description whole units of SPECIES */
            unitsPerHour?: string
            /** @description in any 24 hours */
            unitsPerDay?: string
            /** @description USDT that an event moves, with its fee */
            usdtPerTrade?: string
            /** @description USDT that an event moves, with its fee */
            usdtPerHour?: string
            /** @description in any 24 hours */
            usdtPerDay?: string
            intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
            counterparties?: string[]
            /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
            payoutAddresses?: string[]
            /** @description the agent whose key it is: its mandate bounds it */
            agent?: string
          }
          schemes: ('specification' | 'rfc9421')[]
          /** Format: date-time */
          createdAt: string
          /** Format: date-time */
          expiresAt?: string
          /** Format: date-time */
          revokedAt?: string
          rotatedTo?: string
          /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
          createdBy?: string
        }[]
      }
    }
    /** @description Give a key a successor with the same powers. The old key lives on for `overlapSeconds`, so that requests under way still count. The secret of an hmac key is told here and never again. */
    rotateKey: {
      path: {
        keyId: string
      }
      body: {
        /**
         * @description how long the old key lives on
         * @default 3600
         */
        overlapSeconds?: number
        /** @description of the successor; for ed25519 */
        publicKey?: string
      }
      output: {
        keyId: string
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        schemes: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        expiresAt?: string
        /** Format: date-time */
        revokedAt?: string
        rotatedTo?: string
        /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
        createdBy?: string
        /** @description for hmac: told once, here */
        secret?: string
        /** @description what you left open and the key has from the one that asked: it can do no more, and lives no longer */
        inherited?: ('limits' | 'schemes' | 'expiresAt')[]
        replaces: string
        /** Format: date-time */
        oldExpiresAt: string
      }
    }
    /** @description Revoke a key of yours, for ever. Requests signed with it are refused from now on. It cannot be undone. */
    revokeKey: {
      path: {
        keyId: string
      }
      output: {
        keyId: string
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        schemes: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        expiresAt?: string
        /** Format: date-time */
        revokedAt?: string
        rotatedTo?: string
        /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
        createdBy?: string
      }
    }
    /** @description Make an agent with a mandate and a key. The agent trades for you, within the mandate alone, with an Ed25519 key of which we get the public half. It can send no money out, make no keys and prove no wallets. A second key of yours confirms the request. The same public key again is the same agent. */
    createAgent: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        name: string
        publicKey: string
        mandate: {
          /** @description USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days */
          usdt?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description the same in units */
          units?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description default: all */
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          /** @description default: all; `market` is everyone who sells or buys there */
          counterparties?: string[]
          /** @description where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all */
          chains?: ('ETH' | 'BSC' | 'POLYGON' | 'TRON' | 'credit' | 'payable')[]
          /** @description USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price */
          prices?: {
            buyAtMost?: string
            sellAtLeast?: string
          }
          /** @description when it may send events, by the clocks of a time zone */
          hours?: {
            timeZone: string
            from: string
            to: string
            days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
          }
          /** Format: date-time */
          expiresAt?: string
          /** @description what is above either amount takes your approval, one by one */
          approvalAbove?: {
            usdt?: string
            units?: string
          }
        }
      }
      output: {
        agentId: string
        name: string
        /** @enum {string} */
        status: 'active' | 'paused' | 'revoked' | 'stopped_by_owner' | 'stopped_by_operator' | 'unreadable'
        mandateVersion: number
        mandate?: {
          /** @description USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days */
          usdt?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description the same in units */
          units?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description default: all */
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          /** @description default: all; `market` is everyone who sells or buys there */
          counterparties?: string[]
          /** @description where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all */
          chains?: ('ETH' | 'BSC' | 'POLYGON' | 'TRON' | 'credit' | 'payable')[]
          /** @description USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price */
          prices?: {
            buyAtMost?: string
            sellAtLeast?: string
          }
          /** @description when it may send events, by the clocks of a time zone */
          hours?: {
            timeZone: string
            from: string
            to: string
            days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
          }
          /** Format: date-time */
          expiresAt?: string
          /** @description what is above either amount takes your approval, one by one */
          approvalAbove?: {
            usdt?: string
            units?: string
          }
        }
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description of its status or its mandate
         */
        changedAt: string
        keyId: string
      }
    }
    /** @description Your agents, newest first. With the mandate of each. The key of an agent is shown that agent alone. */
    listAgents: {
      output: {
        agents: {
          agentId: string
          name: string
          /** @enum {string} */
          status: 'active' | 'paused' | 'revoked' | 'stopped_by_owner' | 'stopped_by_operator' | 'unreadable'
          mandateVersion: number
          mandate?: {
            /** @description USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days */
            usdt?: {
              perTrade?: string
              perHour?: string
              perDay?: string
              perMonth?: string
            }
            /** @description the same in units */
            units?: {
              perTrade?: string
              perHour?: string
              perDay?: string
              perMonth?: string
            }
            /** @description default: all */
            intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
            /** @description default: all; `market` is everyone who sells or buys there */
            counterparties?: string[]
            /** @description where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all */
            chains?: ('ETH' | 'BSC' | 'POLYGON' | 'TRON' | 'credit' | 'payable')[]
            /** @description USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price */
            prices?: {
              buyAtMost?: string
              sellAtLeast?: string
            }
            /** @description when it may send events, by the clocks of a time zone */
            hours?: {
              timeZone: string
              from: string
              to: string
              days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
            }
            /** Format: date-time */
            expiresAt?: string
            /** @description what is above either amount takes your approval, one by one */
            approvalAbove?: {
              usdt?: string
              units?: string
            }
          }
          /** Format: date-time */
          createdAt: string
          /**
           * Format: date-time
           * @description of its status or its mandate
           */
          changedAt: string
        }[]
      }
    }
    /** @description Stop all your agents, at once. Also those that you make later, until you resume them. Nothing of theirs is funded from now on. */
    stopAgents: {
      body: {
        /** @default stopped by the owner */
        reason?: string
      }
      output: {
        /** Format: date-time */
        stoppedAt: string
      }
    }
    /** @description End the stop of all your agents. Agents that are paused stay paused. A second key of yours confirms it. */
    resumeAgents: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /**
         * Format: date-time
         * @description as it was answered
         */
        stoppedAt: string
      }
      /** @description The answer has no body. */
      output: null
    }
    /** @description An agent, and what is left of its mandate. For its owner, and for the agent itself. */
    getAgent: {
      path: {
        agentId: string
      }
      output: {
        agentId: string
        name: string
        /** @enum {string} */
        status: 'active' | 'paused' | 'revoked' | 'stopped_by_owner' | 'stopped_by_operator' | 'unreadable'
        mandateVersion: number
        mandate?: {
          /** @description USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days */
          usdt?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description the same in units */
          units?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description default: all */
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          /** @description default: all; `market` is everyone who sells or buys there */
          counterparties?: string[]
          /** @description where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all */
          chains?: ('ETH' | 'BSC' | 'POLYGON' | 'TRON' | 'credit' | 'payable')[]
          /** @description USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price */
          prices?: {
            buyAtMost?: string
            sellAtLeast?: string
          }
          /** @description when it may send events, by the clocks of a time zone */
          hours?: {
            timeZone: string
            from: string
            to: string
            days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
          }
          /** Format: date-time */
          expiresAt?: string
          /** @description what is above either amount takes your approval, one by one */
          approvalAbove?: {
            usdt?: string
            units?: string
          }
        }
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description of its status or its mandate
         */
        changedAt: string
        use: {
          usdt: {
            perHour: {
              used: string
              /** @description absent where the mandate bounds nothing here */
              left?: string
            }
            perDay: {
              used: string
              /** @description absent where the mandate bounds nothing here */
              left?: string
            }
            perMonth: {
              used: string
              /** @description absent where the mandate bounds nothing here */
              left?: string
            }
          }
          units: {
            perHour: {
              used: string
              /** @description absent where the mandate bounds nothing here */
              left?: string
            }
            perDay: {
              used: string
              /** @description absent where the mandate bounds nothing here */
              left?: string
            }
            perMonth: {
              used: string
              /** @description absent where the mandate bounds nothing here */
              left?: string
            }
          }
        }
      }
    }
    /** @description Give an agent another mandate. It binds from now on, also events that were accepted and are not funded yet; what was spent before counts. A second key of yours confirms it, unless it only narrows the mandate in force. */
    setMandate: {
      path: {
        agentId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        mandate: {
          /** @description USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days */
          usdt?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description the same in units */
          units?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description default: all */
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          /** @description default: all; `market` is everyone who sells or buys there */
          counterparties?: string[]
          /** @description where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all */
          chains?: ('ETH' | 'BSC' | 'POLYGON' | 'TRON' | 'credit' | 'payable')[]
          /** @description USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price */
          prices?: {
            buyAtMost?: string
            sellAtLeast?: string
          }
          /** @description when it may send events, by the clocks of a time zone */
          hours?: {
            timeZone: string
            from: string
            to: string
            days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
          }
          /** Format: date-time */
          expiresAt?: string
          /** @description what is above either amount takes your approval, one by one */
          approvalAbove?: {
            usdt?: string
            units?: string
          }
        }
        /** @description the `mandateVersion` that you read */
        replaces: number
      }
      output: {
        agentId: string
        name: string
        /** @enum {string} */
        status: 'active' | 'paused' | 'revoked' | 'stopped_by_owner' | 'stopped_by_operator' | 'unreadable'
        mandateVersion: number
        mandate?: {
          /** @description USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days */
          usdt?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description the same in units */
          units?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description default: all */
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          /** @description default: all; `market` is everyone who sells or buys there */
          counterparties?: string[]
          /** @description where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all */
          chains?: ('ETH' | 'BSC' | 'POLYGON' | 'TRON' | 'credit' | 'payable')[]
          /** @description USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price */
          prices?: {
            buyAtMost?: string
            sellAtLeast?: string
          }
          /** @description when it may send events, by the clocks of a time zone */
          hours?: {
            timeZone: string
            from: string
            to: string
            days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
          }
          /** Format: date-time */
          expiresAt?: string
          /** @description what is above either amount takes your approval, one by one */
          approvalAbove?: {
            usdt?: string
            units?: string
          }
        }
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description of its status or its mandate
         */
        changedAt: string
      }
    }
    /** @description Pause an agent, at once. Nothing of it is funded from now on, whatever was accepted before. It can be resumed. */
    pauseAgent: {
      path: {
        agentId: string
      }
      output: {
        agentId: string
        name: string
        /** @enum {string} */
        status: 'active' | 'paused' | 'revoked' | 'stopped_by_owner' | 'stopped_by_operator' | 'unreadable'
        mandateVersion: number
        mandate?: {
          /** @description USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days */
          usdt?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description the same in units */
          units?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description default: all */
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          /** @description default: all; `market` is everyone who sells or buys there */
          counterparties?: string[]
          /** @description where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all */
          chains?: ('ETH' | 'BSC' | 'POLYGON' | 'TRON' | 'credit' | 'payable')[]
          /** @description USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price */
          prices?: {
            buyAtMost?: string
            sellAtLeast?: string
          }
          /** @description when it may send events, by the clocks of a time zone */
          hours?: {
            timeZone: string
            from: string
            to: string
            days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
          }
          /** Format: date-time */
          expiresAt?: string
          /** @description what is above either amount takes your approval, one by one */
          approvalAbove?: {
            usdt?: string
            units?: string
          }
        }
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description of its status or its mandate
         */
        changedAt: string
      }
    }
    /** @description Resume a paused agent. Within its mandate as it is. A second key of yours confirms it. */
    resumeAgent: {
      path: {
        agentId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /**
         * Format: date-time
         * @description of the agent, as you read it
         */
        changedAt: string
      }
      output: {
        agentId: string
        name: string
        /** @enum {string} */
        status: 'active' | 'paused' | 'revoked' | 'stopped_by_owner' | 'stopped_by_operator' | 'unreadable'
        mandateVersion: number
        mandate?: {
          /** @description USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days */
          usdt?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description the same in units */
          units?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description default: all */
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          /** @description default: all; `market` is everyone who sells or buys there */
          counterparties?: string[]
          /** @description where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all */
          chains?: ('ETH' | 'BSC' | 'POLYGON' | 'TRON' | 'credit' | 'payable')[]
          /** @description USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price */
          prices?: {
            buyAtMost?: string
            sellAtLeast?: string
          }
          /** @description when it may send events, by the clocks of a time zone */
          hours?: {
            timeZone: string
            from: string
            to: string
            days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
          }
          /** Format: date-time */
          expiresAt?: string
          /** @description what is above either amount takes your approval, one by one */
          approvalAbove?: {
            usdt?: string
            units?: string
          }
        }
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description of its status or its mandate
         */
        changedAt: string
      }
    }
    /** @description Revoke an agent with its keys, for ever. Nothing of it is funded from now on, and its requests are refused. It cannot be undone. */
    revokeAgent: {
      path: {
        agentId: string
      }
      output: {
        agentId: string
        name: string
        /** @enum {string} */
        status: 'active' | 'paused' | 'revoked' | 'stopped_by_owner' | 'stopped_by_operator' | 'unreadable'
        mandateVersion: number
        mandate?: {
          /** @description USDT that events may move, with their fees: at once, in any 60 minutes, 24 hours, 30 days */
          usdt?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description the same in units */
          units?: {
            perTrade?: string
            perHour?: string
            perDay?: string
            perMonth?: string
          }
          /** @description default: all */
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          /** @description default: all; `market` is everyone who sells or buys there */
          counterparties?: string[]
          /** @description where payments may come from; `credit` is your credit, `payable` what you sold for (`payWith.payable`, which takes both). Default: all */
          chains?: ('ETH' | 'BSC' | 'POLYGON' | 'TRON' | 'credit' | 'payable')[]
          /** @description USDT for one unit, without fees. With a bound here no transfer is allowed: it has no price */
          prices?: {
            buyAtMost?: string
            sellAtLeast?: string
          }
          /** @description when it may send events, by the clocks of a time zone */
          hours?: {
            timeZone: string
            from: string
            to: string
            days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
          }
          /** Format: date-time */
          expiresAt?: string
          /** @description what is above either amount takes your approval, one by one */
          approvalAbove?: {
            usdt?: string
            units?: string
          }
        }
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description of its status or its mandate
         */
        changedAt: string
      }
    }
    /** @description Get the text that a wallet signs to become yours. Sign it with personal_sign (EIP-191) on EVM chains, with signMessageV2 (TIP-191) on TRON. */
    challengeWallet: {
      body: {
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
      }
      output: {
        /** Format: uuid */
        challengeId: string
        message: string
        /** Format: date-time */
        expiresAt: string
      }
    }
    /** @description Prove a wallet with its signature over the challenge. From then on payments that it sends are yours. An address has one owner at a time: where another user owns it, this asks to transfer it (202), which takes effect later unless the owner objects. */
    proveWallet: {
      body: {
        /** Format: uuid */
        challengeId: string
        signature: string
      }
      output:
        | {
            address: string
            /** @description one EVM address is yours on every EVM chain */
            chains: ('ETH' | 'BSC' | 'POLYGON' | 'TRON')[]
            /** Format: date-time */
            provenAt: string
          }
        | {
            transfer: {
              /** Format: uuid */
              transferId: string
              address: string
              chains: ('ETH' | 'BSC' | 'POLYGON' | 'TRON')[]
              /**
               * @description outgoing: somebody else has proven your wallet
               * @enum {string}
               */
              direction: 'incoming' | 'outgoing'
              /** @enum {string} */
              status: 'pending' | 'objected' | 'done' | 'kept'
              /** Format: date-time */
              requestedAt: string
              /** Format: date-time */
              takesEffectAt: string
            }
          }
    }
    /** @description List your proven wallets. Also requests to transfer a wallet, to you or from you. Object to one of yours before it takes effect. */
    listWallets: {
      output: {
        wallets: {
          address: string
          /** @description one EVM address is yours on every EVM chain */
          chains: ('ETH' | 'BSC' | 'POLYGON' | 'TRON')[]
          /** Format: date-time */
          provenAt: string
        }[]
        transfers: {
          /** Format: uuid */
          transferId: string
          address: string
          chains: ('ETH' | 'BSC' | 'POLYGON' | 'TRON')[]
          /**
           * @description outgoing: somebody else has proven your wallet
           * @enum {string}
           */
          direction: 'incoming' | 'outgoing'
          /** @enum {string} */
          status: 'pending' | 'objected' | 'done' | 'kept'
          /** Format: date-time */
          requestedAt: string
          /** Format: date-time */
          takesEffectAt: string
        }[]
      }
    }
    /** @description Give a wallet up; another user may then prove it. An EVM address is given up on every EVM chain. */
    releaseWallet: {
      path: {
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
      }
      /** @description The answer has no body. */
      output: null
    }
    /** @description Object to the transfer of your wallet. The wallet stays yours until an operator has decided. */
    objectToWalletTransfer: {
      path: {
        /** Format: uuid */
        transferId: string
      }
      /** @description The answer has no body. */
      output: null
    }
    /** @description Wallet transfers to which the owner objects. Each waits for the decision of an operator. Until then the wallet stays with its owner. Least role: `viewer`. */
    listWalletObjections: {
      output: {
        transfers: {
          /** Format: uuid */
          transferId: string
          address: string
          chains: ('ETH' | 'BSC' | 'POLYGON' | 'TRON')[]
          /**
           * @description outgoing: somebody else has proven your wallet
           * @enum {string}
           */
          direction: 'incoming' | 'outgoing'
          /** @enum {string} */
          status: 'pending' | 'objected' | 'done' | 'kept'
          /** Format: date-time */
          requestedAt: string
          /** Format: date-time */
          takesEffectAt: string
          from: string
          to: string
        }[]
      }
    }
    /** @description Decide an objection to the transfer of a wallet. `transfer`: the newer prover owns it from now on. `keep`: the owner keeps it, and that user cannot ask again. It takes two people. Least role: `operator`. */
    decideWalletObjection: {
      path: {
        /** Format: uuid */
        transferId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @enum {string} */
        decision: 'transfer' | 'keep'
        reason: string
      }
      output:
        | {
            /** Format: uuid */
            transferId: string
            /** @enum {string} */
            decision: 'transfer' | 'keep'
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Register a user, with a vault at Onli Cloud. The name is theirs for ever. Their wallets and keys come later. Least role: `operator`. */
    registerUser: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        onliId: string
        /** @default {} */
        profileTray?: {
          displayName?: string
          language?: string
          timeZone?: string
        }
      }
      output: {
        onliId: string
        /** Format: uuid */
        marketplaceUserId: string
        vaultId?: string
        /** @enum {string} */
        status: 'active' | 'suspended' | 'frozen'
        profileTray: {
          displayName?: string
          language?: string
          timeZone?: string
        }
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        updatedAt: string
        /** Format: date-time */
        lastSync?: string
      }
    }
    /** @description List the users. By id, in pages: ask again `after` the last one as long as `nextAfter` is there. Least role: `viewer`. */
    listUsers: {
      query?: {
        /** @description the last of the page before */
        after?: string
        /** @default 50 */
        limit?: number
      }
      output: {
        users: {
          onliId: string
          /** Format: uuid */
          marketplaceUserId: string
          vaultId?: string
          /** @enum {string} */
          status: 'active' | 'suspended' | 'frozen'
          profileTray: {
            displayName?: string
            language?: string
            timeZone?: string
          }
          /** Format: date-time */
          createdAt: string
          /** Format: date-time */
          updatedAt: string
          /** Format: date-time */
          lastSync?: string
        }[]
        nextAfter?: string
      }
    }
    /** @description Read a user. The user, their status and their vault at Onli Cloud. Least role: `viewer`. */
    getUser: {
      path: {
        onliId: string
      }
      output: {
        onliId: string
        /** Format: uuid */
        marketplaceUserId: string
        vaultId?: string
        /** @enum {string} */
        status: 'active' | 'suspended' | 'frozen'
        profileTray: {
          displayName?: string
          language?: string
          timeZone?: string
        }
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        updatedAt: string
        /** Format: date-time */
        lastSync?: string
      }
    }
    /** @description Suspend, freeze or reinstate a user. A user who is not active can only read. The reason is kept, with the person and the key that gave it. Lifting a freeze takes two people. Least role: `operator`. */
    changeUserStatus: {
      path: {
        onliId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @enum {string} */
        status: 'active' | 'suspended' | 'frozen'
        reason: string
      }
      output:
        | {
            onliId: string
            /** Format: uuid */
            marketplaceUserId: string
            vaultId?: string
            /** @enum {string} */
            status: 'active' | 'suspended' | 'frozen'
            profileTray: {
              displayName?: string
              language?: string
              timeZone?: string
            }
            /** Format: date-time */
            createdAt: string
            /** Format: date-time */
            updatedAt: string
            /** Format: date-time */
            lastSync?: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Make a key for a user. Never one with the scope `operator`. A key that can do more than read takes two people, and then it is made of a public key of the user. The user sees in their list that an operator made it. The secret of an hmac key is told here and never again. Least role: `admin`. */
    createUserKey: {
      path: {
        onliId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        /** @description for ed25519: its public half; we never hold the private one */
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
        }
        /** @description default: both for hmac, rfc9421 for ed25519 */
        schemes?: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        expiresAt?: string
        /** @default a new key */
        reason?: string
      }
      output:
        | {
            keyId: string
            /** @enum {string} */
            alg: 'hmac' | 'ed25519'
            publicKey?: string
            scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
            limits?: {
              /** @description whole units of SPECIES */
              unitsPerTrade?: string
              /** @description whole units of SPECIES */
              unitsPerHour?: string
              /** @description in any 24 hours */
              unitsPerDay?: string
              /** @description USDT that an event moves, with its fee */
              usdtPerTrade?: string
              /** @description USDT that an event moves, with its fee */
              usdtPerHour?: string
              /** @description in any 24 hours */
              usdtPerDay?: string
              intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
              counterparties?: string[]
              /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
              payoutAddresses?: string[]
              /** @description the agent whose key it is: its mandate bounds it */
              agent?: string
            }
            schemes: ('specification' | 'rfc9421')[]
            /** Format: date-time */
            createdAt: string
            /** Format: date-time */
            expiresAt?: string
            /** Format: date-time */
            revokedAt?: string
            rotatedTo?: string
            /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
            createdBy?: string
            /** @description for hmac: told once, here */
            secret?: string
            /** @description what you left open and the key has from the one that asked: it can do no more, and lives no longer */
            inherited?: ('limits' | 'schemes' | 'expiresAt')[]
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Revoke the key of any user, for ever. Requests signed with it are refused from now on. It cannot be undone. A key of another operator is revoked by an admin; if fewer than two admins with a key would be left, a second person approves it. Least role: `operator`. */
    revokeAnyKey: {
      path: {
        keyId: string
      }
      output:
        | {
            keyId: string
            /** @enum {string} */
            alg: 'hmac' | 'ed25519'
            publicKey?: string
            scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
            limits?: {
              /** @description whole units of SPECIES */
              unitsPerTrade?: string
              /** @description whole units of SPECIES */
              unitsPerHour?: string
              /** @description in any 24 hours */
              unitsPerDay?: string
              /** @description USDT that an event moves, with its fee */
              usdtPerTrade?: string
              /** @description USDT that an event moves, with its fee */
              usdtPerHour?: string
              /** @description in any 24 hours */
              usdtPerDay?: string
              intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
              counterparties?: string[]
              /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
              payoutAddresses?: string[]
              /** @description the agent whose key it is: its mandate bounds it */
              agent?: string
            }
            schemes: ('specification' | 'rfc9421')[]
            /** Format: date-time */
            createdAt: string
            /** Format: date-time */
            expiresAt?: string
            /** Format: date-time */
            revokedAt?: string
            rotatedTo?: string
            /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
            createdBy?: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description The people who run the marketplace, and their keys. Each operator is a person; what they do is recorded under their id. Least role: `viewer`. */
    listOperators: {
      output: {
        operators: {
          operatorId: string
          name: string
          /** @description who added them: an operator and their key, or `species` */
          createdBy: string
          /** Format: date-time */
          createdAt: string
          /** @enum {string} */
          role: 'viewer' | 'operator' | 'treasurer' | 'admin'
          /** @enum {string} */
          status: 'active' | 'suspended'
          keys: {
            keyId: string
            /** @enum {string} */
            alg: 'hmac' | 'ed25519'
            publicKey?: string
            scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
            limits?: {
              /** @description whole units of SPECIES */
              unitsPerTrade?: string
              /** @description whole units of SPECIES */
              unitsPerHour?: string
              /** @description in any 24 hours */
              unitsPerDay?: string
              /** @description USDT that an event moves, with its fee */
              usdtPerTrade?: string
              /** @description USDT that an event moves, with its fee */
              usdtPerHour?: string
              /** @description in any 24 hours */
              usdtPerDay?: string
              intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
              counterparties?: string[]
              /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
              payoutAddresses?: string[]
              /** @description the agent whose key it is: its mandate bounds it */
              agent?: string
            }
            schemes: ('specification' | 'rfc9421')[]
            /** Format: date-time */
            createdAt: string
            /** Format: date-time */
            expiresAt?: string
            /** Format: date-time */
            revokedAt?: string
            rotatedTo?: string
            /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
            createdBy?: string
          }[]
        }[]
      }
    }
    /** @description Add a person who runs the marketplace. With the public half of a key that only they hold. What they do is recorded under their id. It takes two people; only the person of the set-up adds the second one alone. Least role: `admin`. */
    addOperator: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        operatorId: string
        name: string
        publicKey: string
        /**
         * @description `operator`, unless given; the second person is an `admin`
         * @enum {string}
         */
        role?: 'viewer' | 'operator' | 'treasurer' | 'admin'
        /** @default a new operator */
        reason?: string
      }
      output:
        | {
            keyId: string
            /** @enum {string} */
            alg: 'hmac' | 'ed25519'
            publicKey?: string
            scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
            limits?: {
              /** @description whole units of SPECIES */
              unitsPerTrade?: string
              /** @description whole units of SPECIES */
              unitsPerHour?: string
              /** @description in any 24 hours */
              unitsPerDay?: string
              /** @description USDT that an event moves, with its fee */
              usdtPerTrade?: string
              /** @description USDT that an event moves, with its fee */
              usdtPerHour?: string
              /** @description in any 24 hours */
              usdtPerDay?: string
              intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
              counterparties?: string[]
              /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
              payoutAddresses?: string[]
              /** @description the agent whose key it is: its mandate bounds it */
              agent?: string
            }
            schemes: ('specification' | 'rfc9421')[]
            /** Format: date-time */
            createdAt: string
            /** Format: date-time */
            expiresAt?: string
            /** Format: date-time */
            revokedAt?: string
            rotatedTo?: string
            /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
            createdBy?: string
            /** @description for hmac: told once, here */
            secret?: string
            /** @description what you left open and the key has from the one that asked: it can do no more, and lives no longer */
            inherited?: ('limits' | 'schemes' | 'expiresAt')[]
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Change the role of an operator, suspend or reinstate them. One admin suspends another person at once: none of their keys works, and what they proposed cannot be approved. If fewer than two admins with a key would be left, a second person approves it, who need not be an admin. Everything else takes two admins. Least role: `admin`. */
    changeOperator: {
      path: {
        operatorId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @enum {string} */
        role?: 'viewer' | 'operator' | 'treasurer' | 'admin'
        /** @enum {string} */
        status?: 'active' | 'suspended'
        reason: string
      }
      output:
        | {
            operatorId: string
            /** @enum {string} */
            role: 'viewer' | 'operator' | 'treasurer' | 'admin'
            /** @enum {string} */
            status: 'active' | 'suspended'
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Give a key of yours a successor with the same powers. The old key lives on for `overlapSeconds`, so that requests under way still count. The secret of an hmac key is told here and never again. Least role: `operator`. */
    rotateOperatorKey: {
      path: {
        keyId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /**
         * @description how long the old key lives on
         * @default 3600
         */
        overlapSeconds?: number
        /** @description of the successor; for ed25519 */
        publicKey?: string
      }
      output: {
        keyId: string
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        schemes: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        expiresAt?: string
        /** Format: date-time */
        revokedAt?: string
        rotatedTo?: string
        /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
        createdBy?: string
        /** @description for hmac: told once, here */
        secret?: string
        /** @description what you left open and the key has from the one that asked: it can do no more, and lives no longer */
        inherited?: ('limits' | 'schemes' | 'expiresAt')[]
        replaces: string
        /** Format: date-time */
        oldExpiresAt: string
      }
    }
    /** @description Actions of operators that wait for a second person. In pages: ask again `before` the `nextBefore` of the answer. `status=all` shows those that are closed, too. Least role: `viewer`. */
    listProposals: {
      query?: {
        /**
         * @default open
         * @enum {string}
         */
        status?: 'open' | 'all'
        before?: number
        /** @default 50 */
        limit?: number
      }
      output: {
        proposals: {
          /** Format: uuid */
          proposalId: string
          kind: string
          target: string
          /** @description what would be done */
          inWords: string
          /** @description exactly what would be done */
          action?: unknown
          /** @description over kind, action and the state of its target; an approval names it */
          actionHash: string
          reason: string
          /** @description the person; another one approves */
          proposedBy: string
          /** Format: date-time */
          proposedAt: string
          /**
           * Format: date-time
           * @description an approval counts from then on
           */
          notBefore: string
          /** Format: date-time */
          expiresAt: string
          /** @enum {string} */
          status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
          decidedBy?: string
          /** Format: date-time */
          decidedAt?: string
          decisionReason?: string
        }[]
        nextBefore?: number
      }
    }
    /** @description A proposal: exactly what would be done, who proposed it and why. An approval names its `actionHash`. Least role: `viewer`. */
    getProposal: {
      path: {
        /** Format: uuid */
        proposalId: string
      }
      output: {
        /** Format: uuid */
        proposalId: string
        kind: string
        target: string
        /** @description what would be done */
        inWords: string
        /** @description exactly what would be done */
        action?: unknown
        /** @description over kind, action and the state of its target; an approval names it */
        actionHash: string
        reason: string
        /** @description the person; another one approves */
        proposedBy: string
        /** Format: date-time */
        proposedAt: string
        /**
         * Format: date-time
         * @description an approval counts from then on
         */
        notBefore: string
        /** Format: date-time */
        expiresAt: string
        /** @enum {string} */
        status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
        decidedBy?: string
        /** Format: date-time */
        decidedAt?: string
        decisionReason?: string
      }
    }
    /** @description Approve what another person proposed: it is done at once. Done once, exactly as proposed. If what it acts on has changed since, the proposal is void and nothing is done. `result` is the answer of the action itself. Least role: `operator`. */
    approveProposal: {
      path: {
        /** Format: uuid */
        proposalId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @description of the proposal that you read */
        actionHash: string
      }
      output: {
        proposal: {
          /** Format: uuid */
          proposalId: string
          kind: string
          target: string
          /** @description what would be done */
          inWords: string
          /** @description exactly what would be done */
          action?: unknown
          /** @description over kind, action and the state of its target; an approval names it */
          actionHash: string
          reason: string
          /** @description the person; another one approves */
          proposedBy: string
          /** Format: date-time */
          proposedAt: string
          /**
           * Format: date-time
           * @description an approval counts from then on
           */
          notBefore: string
          /** Format: date-time */
          expiresAt: string
          /** @enum {string} */
          status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
          decidedBy?: string
          /** Format: date-time */
          decidedAt?: string
          decisionReason?: string
        }
        result: {
          [key: string]: unknown
        }
      }
    }
    /** @description Refuse what another person proposed, or withdraw what you proposed. It can then never be approved. Least role: `operator`. */
    refuseProposal: {
      path: {
        /** Format: uuid */
        proposalId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        reason: string
      }
      output: {
        /** Format: uuid */
        proposalId: string
        kind: string
        target: string
        /** @description what would be done */
        inWords: string
        /** @description exactly what would be done */
        action?: unknown
        /** @description over kind, action and the state of its target; an approval names it */
        actionHash: string
        reason: string
        /** @description the person; another one approves */
        proposedBy: string
        /** Format: date-time */
        proposedAt: string
        /**
         * Format: date-time
         * @description an approval counts from then on
         */
        notBefore: string
        /** Format: date-time */
        expiresAt: string
        /** @enum {string} */
        status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
        decidedBy?: string
        /** Format: date-time */
        decidedAt?: string
        decisionReason?: string
      }
    }
    /** @description What operators did: who, what, to what, why and when. Lines are never changed or deleted. In pages: ask again `before` the `nextBefore` of the answer. A filter compares whole values. Least role: `viewer`. */
    listAudit: {
      query?: {
        operatorId?: string
        action?: string
        target?: string
        before?: number
        /** @default 50 */
        limit?: number
      }
      output: {
        lines: {
          seq: number
          /** Format: date-time */
          at: string
          operatorId: string
          keyId: string
          action: string
          target: string
          /**
           * @description each action is `asked` before it is done, and ends as one of the others
           * @enum {string}
           */
          phase: 'asked' | 'done' | 'refused' | 'failed'
          reason?: string
          /** @description of what was asked: the request; of what was done: before and after */
          facts: {
            [key: string]: unknown
          }
          /** @description the same for what was asked and how it ended; of an approved action its proposal */
          requestId: string
          trace: string
        }[]
        nextBefore?: number
      }
    }
    /** @description Stop every agent of the market, at once. People go on trading. Nothing that an agent sent is funded from now on. Resuming takes two people. Least role: `operator`. */
    stopAllAgents: {
      body: {
        reason: string
      }
      output: {
        stopped: boolean
        /** Format: date-time */
        stoppedAt?: string
        reason?: string
      }
    }
    /** @description End the stop of every agent of the market. Agents that are paused, or stopped by their owner, stay so. It takes two people. Least role: `operator`. */
    resumeAllAgents: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        reason: string
      }
      output:
        | {
            stopped: boolean
            /** Format: date-time */
            stoppedAt?: string
            reason?: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Ask for a challenge to sign in with a passkey. For `navigator.credentials.get`. It is good for five minutes, once, and enrols the key that is named here and no other. */
    getSignInOptions: {
      body: {
        publicKey: string
      }
      /** @description `PublicKeyCredentialRequestOptionsJSON` of WebAuthn Level 3 */
      output: {
        challenge: string
        rpId: string
        /** @description ms */
        timeout: number
        /** @enum {string} */
        userVerification: 'required'
      }
    }
    /** @description Enrol the key of a browser with a passkey. The key is the passkey holder’s. It ends after 12 hours, is listed and revoked like any other, and ends with its passkey. A passkey is signed in at 10 browsers at most: one more signs the oldest out. */
    signInWithPasskey: {
      body: {
        publicKey: string
        response: {
          id: string
          rawId: string
          /** @enum {string} */
          type: 'public-key'
          clientExtensionResults?: {
            [key: string]: unknown
          }
          authenticatorAttachment?: string
          response: {
            clientDataJSON: string
            authenticatorData: string
            signature: string
            userHandle?: string
          }
        }
      }
      output: {
        keyId: string
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        schemes: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        expiresAt?: string
        /** Format: date-time */
        revokedAt?: string
        rotatedTo?: string
        /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
        createdBy?: string
        /** @description for hmac: told once, here */
        secret?: string
        /** @description what you left open and the key has from the one that asked: it can do no more, and lives no longer */
        inherited?: ('limits' | 'schemes' | 'expiresAt')[]
        onliId: string
        operatorId?: string
      }
    }
    /** @description Ask for what a browser needs to redeem a one-time link. Options for `navigator.credentials.create`. The link is not used up by it. */
    openInvitation: {
      body: {
        /** @description what is behind `#` in the link */
        token: string
        publicKey: string
      }
      /** @description `PublicKeyCredentialCreationOptionsJSON` of WebAuthn Level 3 */
      output: {
        challenge: string
        rp: {
          id?: string
          name: string
        } & {
          [key: string]: unknown
        }
        user: {
          id: string
          name: string
          displayName: string
        }
      } & {
        [key: string]: unknown
      }
    }
    /** @description Redeem a one-time link with a new passkey, and enrol the key of the browser. Once, all or nothing. A new user is registered with it. The key is that of a sign-in with the passkey, and ends after 12 hours. */
    redeemInvitation: {
      body: {
        /** @description what is behind `#` in the link */
        token: string
        publicKey: string
        name: string
        response: {
          id: string
          rawId: string
          /** @enum {string} */
          type: 'public-key'
          clientExtensionResults?: {
            [key: string]: unknown
          }
          authenticatorAttachment?: string
          response: {
            clientDataJSON: string
            attestationObject: string
            transports?: string[]
          }
        }
      }
      output: {
        keyId: string
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        schemes: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        expiresAt?: string
        /** Format: date-time */
        revokedAt?: string
        rotatedTo?: string
        /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
        createdBy?: string
        /** @description for hmac: told once, here */
        secret?: string
        /** @description what you left open and the key has from the one that asked: it can do no more, and lives no longer */
        inherited?: ('limits' | 'schemes' | 'expiresAt')[]
        onliId: string
        operatorId?: string
      }
    }
    /** @description Make a link with which a user comes in, once. They make a passkey with it. It is good for 24 hours. A user who is not there yet is registered when the link is redeemed. Of one who is there it opens the account, as after all passkeys were lost: that takes two people. Least role: `operator`. */
    inviteUser: {
      path: {
        onliId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @default an invitation */
        reason?: string
      }
      output:
        | {
            invitationId: string
            onliId: string
            operatorId?: string
            /** Format: date-time */
            expiresAt: string
            /** @description the page that redeems it, with the token behind `#`: told once, here */
            path: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Make a link with which an operator comes in, once. They make a passkey with it. It is good for 24 hours. Of a new person `name` is needed, and they are added when the link is redeemed; one who is there gets a further passkey. It takes two people; only the person of the set-up invites the second one alone. Least role: `admin`. */
    inviteOperator: {
      path: {
        operatorId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        name?: string
        /**
         * @description `operator`, unless given; the second person is an `admin`
         * @enum {string}
         */
        role?: 'viewer' | 'operator' | 'treasurer' | 'admin'
        /** @default an invitation */
        reason?: string
      }
      output:
        | {
            invitationId: string
            onliId: string
            operatorId?: string
            /** Format: date-time */
            expiresAt: string
            /** @description the page that redeems it, with the token behind `#`: told once, here */
            path: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description The links by which people come in, newest first. The newest 200, and never a token. Least role: `viewer`. */
    listInvitations: {
      output: {
        invitations: {
          invitationId: string
          onliId: string
          operatorId?: string
          /** Format: date-time */
          expiresAt: string
          name?: string
          /** @enum {string} */
          role?: 'viewer' | 'operator' | 'treasurer' | 'admin'
          /** @description whether it makes someone who was not there */
          isNew: boolean
          /** @enum {string} */
          status: 'open' | 'redeemed' | 'revoked' | 'expired'
          madeBy: string
          /** Format: date-time */
          createdAt: string
        }[]
      }
    }
    /** @description Revoke a link that is not redeemed. It lets no one in any more. Again is the same. Least role: `operator`. */
    revokeInvitation: {
      path: {
        invitationId: string
      }
      output: {
        invitationId: string
        onliId: string
        operatorId?: string
        /** Format: date-time */
        expiresAt: string
        name?: string
        /** @enum {string} */
        role?: 'viewer' | 'operator' | 'treasurer' | 'admin'
        /** @description whether it makes someone who was not there */
        isNew: boolean
        /** @enum {string} */
        status: 'open' | 'redeemed' | 'revoked' | 'expired'
        madeBy: string
        /** Format: date-time */
        createdAt: string
      }
    }
    /** @description Let a wallet of yours sign you in, or no more. A passkey of yours confirms it. If you never had one, a key asks that is not limited, does not end, and may make keys. Forbidding needs neither. */
    allowWalletSignIn: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        address: string
        isAllowed: boolean
      }
      /** @description The answer has no body. */
      output: null
    }
    /** @description Enrol the key of a browser with a wallet. Only for a wallet that its owner has allowed to, and that no one else has asked for. The key may read and trade; it makes no keys and sends no money out. It ends after 12 hours. */
    signInWithWallet: {
      body: {
        message: string
        signature: string
        publicKey: string
      }
      output: {
        keyId: string
        /** @enum {string} */
        alg: 'hmac' | 'ed25519'
        publicKey?: string
        scopes: ('read' | 'trade' | 'keys' | 'wallets' | 'webhooks' | 'payout' | 'operator')[]
        limits?: {
          /** @description whole units of SPECIES */
          unitsPerTrade?: string
          /** @description whole units of SPECIES */
          unitsPerHour?: string
          /** @description in any 24 hours */
          unitsPerDay?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerTrade?: string
          /** @description USDT that an event moves, with its fee */
          usdtPerHour?: string
          /** @description in any 24 hours */
          usdtPerDay?: string
          intents?: ('BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST')[]
          counterparties?: string[]
          /** @description where payouts may go, as `CHAIN address`; for these the key needs no confirmation */
          payoutAddresses?: string[]
          /** @description the agent whose key it is: its mandate bounds it */
          agent?: string
        }
        schemes: ('specification' | 'rfc9421')[]
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        expiresAt?: string
        /** Format: date-time */
        revokedAt?: string
        rotatedTo?: string
        /** @description a key of yours by its id, `operator`, `passkey/` with its id, `wallet/` with its address, or `sandbox-sign-in`; of an operator’s key the people and their keys */
        createdBy?: string
        /** @description for hmac: told once, here */
        secret?: string
        /** @description what you left open and the key has from the one that asked: it can do no more, and lives no longer */
        inherited?: ('limits' | 'schemes' | 'expiresAt')[]
        onliId: string
        operatorId?: string
      }
    }
    /** @description Ask for the message that a wallet signs to sign its owner in. EIP-4361, to be signed with `personal_sign`. It is good for five minutes, once, for the key that is named here. */
    getWalletSignInMessage: {
      body: {
        address: string
        publicKey: string
      }
      output: {
        message: string
      }
    }
    /** @description Your passkeys, oldest first. With them you sign in at a browser, and confirm payouts and whatever else needs you in person. */
    listPasskeys: {
      output: {
        passkeys: {
          passkeyId: string
          /** @description as the authenticator named it, in base64url */
          credentialId: string
          transports: string[]
          name: string
          /** @description whether it is kept on more than one of your devices */
          synced: boolean
          /** Format: date-time */
          createdAt: string
          /** Format: date-time */
          lastUsedAt?: string
        }[]
      }
    }
    /** @description Add a passkey. A passkey that you have confirms the request. A first one is made with a one-time link; only in a sandbox on your own machine it is made here, and nothing confirms it. You can have 10. */
    addPasskey: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        name: string
        response: {
          id: string
          rawId: string
          /** @enum {string} */
          type: 'public-key'
          clientExtensionResults?: {
            [key: string]: unknown
          }
          authenticatorAttachment?: string
          response: {
            clientDataJSON: string
            attestationObject: string
            transports?: string[]
          }
        }
      }
      output: {
        passkeyId: string
        /** @description as the authenticator named it, in base64url */
        credentialId: string
        transports: string[]
        name: string
        /** @description whether it is kept on more than one of your devices */
        synced: boolean
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        lastUsedAt?: string
      }
    }
    /** @description Ask for what a browser needs to make a passkey. Options for `navigator.credentials.create` (WebAuthn Level 3), in their JSON form. Its challenge is good for five minutes, once. */
    getPasskeyOptions: {
      /** @description `PublicKeyCredentialCreationOptionsJSON` of WebAuthn Level 3 */
      output: {
        challenge: string
        rp: {
          id?: string
          name: string
        } & {
          [key: string]: unknown
        }
        user: {
          id: string
          name: string
          displayName: string
        }
      } & {
        [key: string]: unknown
      }
    }
    /** @description Remove a passkey, for ever. The browsers that it signed in are signed out. A passkey that you have confirms the request. The last one stays. */
    removePasskey: {
      path: {
        passkeyId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      /** @description The answer has no body. */
      output: null
    }
    /** @description Send an event. Buys, sells, transfers, redeems or delists. Answers 202 once the event is stored for ever; the receipt follows. The same eventId with the same body gets the first answer again. */
    submitEvent: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
        /** @description The key id, with the specification’s signature. */
        'X-API-Key'?: string
        /** @description 16 to 64 characters of A-Z a-z 0-9 _ -, new for each request; with X-Signature. */
        'X-Nonce'?: string
        /** @description Unix milliseconds, 13 digits; with X-Signature. */
        'X-Timestamp'?: string
      }
      body: {
        eventId: string
        /** @enum {string} */
        intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
        from: string
        to?: string
        amount?: number | string
        listingId?: string
        delist?: string
        /** @enum {string} */
        timeInForce?: 'FOK' | 'IOC'
        payWith?: {
          /**
           * @default chain
           * @enum {string}
           */
          source?: 'chain' | 'credit'
          /** @enum {string} */
          payable?: 'first' | 'last'
          /**
           * @default USDT
           * @enum {string}
           */
          currency?: 'USDT'
          /** @enum {string} */
          chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          proof?: string
          logIndex?: number
          maxUnitPrice?: string
          quote?: string
        }
        putProceeds?: {
          /**
           * @default USDT
           * @enum {string}
           */
          currency?: 'USDT'
          unitPrice?: string
          /** Format: date-time */
          expiresAt?: string
          usdtAddress?: string
          /** @enum {string} */
          chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        }
      }
      output: {
        eventId: string
        /** @enum {string} */
        status: 'accepted'
        acceptedAt: string
        /** @description Where the receipt will be, for the owner and every counterparty */
        receiptId: string
        links: {
          status: string
          stream: string
          receipt: string
        }
      }
    }
    /** @description List your events, newest first. What you asked for, and how each ended if it has. In pages. */
    listEvents: {
      query?: {
        /** @description the last event of the page before */
        before?: string
        /**
         * @description true: only events that have not ended
         * @default false
         * @enum {string}
         */
        open?: 'true' | 'false'
        /** @default 50 */
        limit?: number
      }
      output: {
        events: {
          eventId: string
          acceptedAt: string
          /**
           * @description absent while it is under way; its status says how it stands
           * @enum {string}
           */
          ended?: 'completed' | 'failed' | 'disputed'
          /** @description what you asked for; absent while the process that answers is too old to read it */
          event?: {
            eventId: string
            /** @enum {string} */
            intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
            from: string
            to?: string
            amount?: string
            listingId?: string
            delist?: string
            /** @enum {string} */
            timeInForce?: 'FOK' | 'IOC'
            payWith?: {
              /**
               * @default chain
               * @enum {string}
               */
              source?: 'chain' | 'credit'
              /** @enum {string} */
              payable?: 'first' | 'last'
              /**
               * @default USDT
               * @enum {string}
               */
              currency?: 'USDT'
              /** @enum {string} */
              chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
              proof?: string
              logIndex?: number
              maxUnitPrice?: string
              quote?: string
            }
            putProceeds?: {
              /**
               * @default USDT
               * @enum {string}
               */
              currency?: 'USDT'
              unitPrice?: string
              /** Format: date-time */
              expiresAt?: string
              usdtAddress?: string
              /** @enum {string} */
              chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
            }
            /** @enum {boolean} */
            lapsed?: true
          }
        }[]
        nextBefore?: string
      }
    }
    /** @description What an event would come to. Price, fee and total by the rules that decide, as the market stands now. Nothing is kept or reserved; the payment, your balance and the limits of your key are not looked at. Preview a purchase with `payWith.source` `credit` before you pay on chain. */
    previewEvent: {
      body: {
        eventId: string
        /** @enum {string} */
        intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
        from: string
        to?: string
        amount?: number | string
        listingId?: string
        delist?: string
        /** @enum {string} */
        timeInForce?: 'FOK' | 'IOC'
        payWith?: {
          /**
           * @default chain
           * @enum {string}
           */
          source?: 'chain' | 'credit'
          /** @enum {string} */
          payable?: 'first' | 'last'
          /**
           * @default USDT
           * @enum {string}
           */
          currency?: 'USDT'
          /** @enum {string} */
          chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          proof?: string
          logIndex?: number
          maxUnitPrice?: string
          quote?: string
        }
        putProceeds?: {
          /**
           * @default USDT
           * @enum {string}
           */
          currency?: 'USDT'
          unitPrice?: string
          /** Format: date-time */
          expiresAt?: string
          usdtAddress?: string
          /** @enum {string} */
          chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        }
      }
      output: {
        configVersion: number
        /** @enum {string} */
        intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
        /** @description SPECIES that would change owner */
        units?: string
        /** @description USDT: the price of all units */
        total?: string
        /** @description USDT: the fee */
        fee?: string
        /** @description USDT: what you would pay, with the fee */
        due?: string
        /** @description with `payWith.payable`: from where it would be paid as your balances stand */
        paidFrom?: {
          /** @description USDT: of your proceeds */
          proceeds: string
          /** @description USDT: of your credit */
          credit: string
        }
        /** @description USDT: what you would get, less the fee; of a listing once all of it is sold */
        proceeds?: string
        /** @description the listings it would be bought from */
        fills: {
          listingId: string
          units: string
          /** @description USDT: for one unit */
          unitPrice: string
        }[]
        /** @description when the listing would end */
        expiresAt?: string
        /** @description why it would be refused as things stand */
        refusal?: {
          code: string
          title: string
          detail: string
          /** @description whether the same under a new eventId may succeed later */
          retryable: boolean
          /** @description the page about this code */
          more: string
        }
      }
    }
    /** @description How an event of yours stands. Its state, and why it is there: what is awaited and until when, or the refusal. Once it has ended its receipt says the same, signed. */
    getEvent: {
      path: {
        eventId: string
      }
      output: {
        eventId: string
        /** @enum {string} */
        state:
          | 'accepted'
          | 'classified'
          | 'validated'
          | 'matched'
          | 'funded'
          | 'delivered'
          | 'confirmed'
          | 'settled'
          | 'completed'
          | 'refused'
          | 'cancelled'
          | 'released'
          | 'returned'
          | 'failed'
          | 'waiting'
          | 'review'
          | 'disputed'
        /** @enum {string} */
        ended?: 'completed' | 'failed' | 'disputed'
        /** @description when this state was reached */
        since: string
        /**
         * @description what is awaited, as a word for programs
         * @enum {string}
         */
        waitingOn?: 'transaction' | 'confirmations' | 'chain' | 'consent' | 'delivery' | 'oracle' | 'operator'
        /** @description what is awaited, and whether you have to do something */
        waitingFor?: string
        /** @description until when it is awaited */
        waitingUntil?: string
        /** @description of the payment, while they are awaited */
        confirmations?: {
          have: number
          need: number
        }
        /** @description why nothing will move, as the receipt will say or says */
        refusal?: {
          code: string
          title: string
          detail: string
          /** @description whether the same under a new eventId may succeed later */
          retryable: boolean
          /** @description the page about this code */
          more: string
        }
      }
    }
    /** @description The live states of an event of yours. Ends with the event, or after ten minutes: connect again then. A comment every ten seconds keeps the connection open. */
    streamEvent: {
      path: {
        eventId: string
      }
      output: string
    }
    /** @description Whether events are accepted. Also the state of each part that the marketplace depends on, as information. */
    getMarketHealth: {
      output: {
        /** @enum {string} */
        status: 'ok'
        /** @enum {string} */
        trading: 'on' | 'off'
        configVersion: number
        parts?: {
          [key: string]: {
            /** @enum {string} */
            state: 'up' | 'down' | 'full'
            since: string
          }
        }
      }
    }
    /** @description Claim a payment for the liquidity pool or a user, on the word of operators. The payment is proven on chain like any other and claimed once, for ever; only who made it is the operators’ word, which is kept with the reason. It takes two people. Where several paid in one transaction, `logIndex` says which transfer is meant; what came from a wallet that another user had proven is theirs. Least role: `treasurer`. */
    claimPayment: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        payer: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        proof: string
        logIndex?: number
        reason: string
      }
      output:
        | {
            payer: string
            claims: {
              /** @enum {string} */
              chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
              hash: string
              logIndex: number
              amount: string
            }[]
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description See the claims of a transaction and have them looked at again. Answers with every claim of the transaction and makes those that stand due for a re-check now, however long ago they were claimed. A claim that the chain does not show any more vanishes after five looks over `vanishedAfterMs`; then its payment is taken back, and what the chain shows instead can be claimed. Least role: `operator`. */
    recheckClaims: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        proof: string
      }
      output: {
        claims: {
          payer: string
          eventKey: string
          logIndex: number
          fromAddress: string
          amount: string
          claimedAt: string
          /** @description How often in a row the chain did not show it */
          missing: number
          /** @description It does not stand any more: what the chain shows can be claimed again */
          vanishedAt?: string
        }[]
      }
    }
    /** @description What an agent asked you to approve. Undecided ones first, then the newest. For the owner, and for the agent itself. */
    listApprovals: {
      path: {
        agentId: string
      }
      output: {
        approvals: {
          approvalId: string
          agentId: string
          /** @enum {string} */
          state: 'undecided' | 'granted' | 'denied' | 'expired' | 'used' | 'ended'
          /** @description exactly what would be done */
          event: {
            eventId: string
            /** @enum {string} */
            intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
            from: string
            to?: string
            amount?: string
            listingId?: string
            delist?: string
            /** @enum {string} */
            timeInForce?: 'FOK' | 'IOC'
            payWith?: {
              /**
               * @default chain
               * @enum {string}
               */
              source?: 'chain' | 'credit'
              /** @enum {string} */
              payable?: 'first' | 'last'
              /**
               * @default USDT
               * @enum {string}
               */
              currency?: 'USDT'
              /** @enum {string} */
              chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
              proof?: string
              logIndex?: number
              maxUnitPrice?: string
              quote?: string
            }
            putProceeds?: {
              /**
               * @default USDT
               * @enum {string}
               */
              currency?: 'USDT'
              unitPrice?: string
              /** Format: date-time */
              expiresAt?: string
              usdtAddress?: string
              /** @enum {string} */
              chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
            }
            /** @enum {boolean} */
            lapsed?: true
          }
          /** @description over all of the event; an approval names it */
          eventHash: string
          /** @description USDT that it may move at most, with the fee */
          highestTotal: string
          units: string
          mandateVersion: number
          /** Format: date-time */
          askedAt: string
          /**
           * Format: date-time
           * @description until then it can be decided, and used
           */
          expiresAt: string
        }[]
      }
    }
    /** @description Approve exactly one event of an agent. You confirm it. Its highest total is charged to the mandate at once; what is not used is given back. The agent then sends the same event again. */
    approveEvent: {
      path: {
        agentId: string
        approvalId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @description of the approval, as you read it */
        eventHash: string
        /** @description the same */
        highestTotal: string
      }
      output: {
        approvalId: string
        agentId: string
        /** @enum {string} */
        state: 'undecided' | 'granted' | 'denied' | 'expired' | 'used' | 'ended'
        /** @description exactly what would be done */
        event: {
          eventId: string
          /** @enum {string} */
          intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
          from: string
          to?: string
          amount?: string
          listingId?: string
          delist?: string
          /** @enum {string} */
          timeInForce?: 'FOK' | 'IOC'
          payWith?: {
            /**
             * @default chain
             * @enum {string}
             */
            source?: 'chain' | 'credit'
            /** @enum {string} */
            payable?: 'first' | 'last'
            /**
             * @default USDT
             * @enum {string}
             */
            currency?: 'USDT'
            /** @enum {string} */
            chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
            proof?: string
            logIndex?: number
            maxUnitPrice?: string
            quote?: string
          }
          putProceeds?: {
            /**
             * @default USDT
             * @enum {string}
             */
            currency?: 'USDT'
            unitPrice?: string
            /** Format: date-time */
            expiresAt?: string
            usdtAddress?: string
            /** @enum {string} */
            chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          }
          /** @enum {boolean} */
          lapsed?: true
        }
        /** @description over all of the event; an approval names it */
        eventHash: string
        /** @description USDT that it may move at most, with the fee */
        highestTotal: string
        units: string
        mandateVersion: number
        /** Format: date-time */
        askedAt: string
        /**
         * Format: date-time
         * @description until then it can be decided, and used
         */
        expiresAt: string
      }
    }
    /** @description Deny an event of an agent. Also one that you approved, until it is used: what was charged for it is given back. */
    denyEvent: {
      path: {
        agentId: string
        approvalId: string
      }
      output: {
        approvalId: string
        agentId: string
        /** @enum {string} */
        state: 'undecided' | 'granted' | 'denied' | 'expired' | 'used' | 'ended'
        /** @description exactly what would be done */
        event: {
          eventId: string
          /** @enum {string} */
          intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
          from: string
          to?: string
          amount?: string
          listingId?: string
          delist?: string
          /** @enum {string} */
          timeInForce?: 'FOK' | 'IOC'
          payWith?: {
            /**
             * @default chain
             * @enum {string}
             */
            source?: 'chain' | 'credit'
            /** @enum {string} */
            payable?: 'first' | 'last'
            /**
             * @default USDT
             * @enum {string}
             */
            currency?: 'USDT'
            /** @enum {string} */
            chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
            proof?: string
            logIndex?: number
            maxUnitPrice?: string
            quote?: string
          }
          putProceeds?: {
            /**
             * @default USDT
             * @enum {string}
             */
            currency?: 'USDT'
            unitPrice?: string
            /** Format: date-time */
            expiresAt?: string
            usdtAddress?: string
            /** @enum {string} */
            chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          }
          /** @enum {boolean} */
          lapsed?: true
        }
        /** @description over all of the event; an approval names it */
        eventHash: string
        /** @description USDT that it may move at most, with the fee */
        highestTotal: string
        units: string
        mandateVersion: number
        /** Format: date-time */
        askedAt: string
        /**
         * Format: date-time
         * @description until then it can be decided, and used
         */
        expiresAt: string
      }
    }
    /** @description Public keys of receipts. Every key that a receipt was ever signed with, as a JWK set (RFC 7517). A receipt can be verified without asking us. */
    getReceiptKeys: {
      output: {
        keys: ({
          /** @enum {string} */
          kty: 'OKP'
          /** @enum {string} */
          crv: 'Ed25519'
          x: string
          kid: string
          /** @description trust nothing that it signed: read the receipt again, which is then signed by another key */
          revoked?: {
            /** @description Unix s */
            revoked_at: number
            reason: string
          }
        } & {
          [key: string]: unknown
        })[]
      }
    }
    /** @description Events that wait for a person. At most 200. An open one holds money or units until an operator decides it; decided ones stay visible, the newest first. Least role: `viewer`. */
    listReviews: {
      query?: {
        /**
         * @default open
         * @enum {string}
         */
        state?: 'open' | 'decided'
      }
      output: {
        reviews: {
          /** Format: uuid */
          eventKey: string
          eventId?: string
          owner?: string
          intent?: string
          /** @description the module that asks */
          raisedBy: string
          reason: string
          facts: {
            [key: string]: string
          }
          /** Format: date-time */
          openedAt: string
          /** @enum {string} */
          decision?: 'confirm' | 'refuse'
          decisionReason?: string
          decidedBy?: string
          /** Format: date-time */
          decidedAt?: string
        }[]
      }
    }
    /** @description One review: every step, posting, proof and the message. From the rows of each module at the time of asking. Decided reviews are kept, with who decided and why. Least role: `viewer`. */
    getReview: {
      path: {
        /** Format: uuid */
        eventKey: string
      }
      output: {
        /** Format: uuid */
        eventKey: string
        /** @description the module that asks */
        raisedBy: string
        reason: string
        facts: {
          [key: string]: string
        }
        /** Format: date-time */
        openedAt: string
        /** @enum {string} */
        decision?: 'confirm' | 'refuse'
        decisionReason?: string
        decidedBy?: string
        /** Format: date-time */
        decidedAt?: string
        /** @description when the event reached each state, as its message says */
        times: {
          [key: string]: string
        }
        /** @description how each module has the event now, from its own row */
        steps: {
          module: string
          state: string
          /** Format: date-time */
          at: string
          /** @description what it waits for */
          awaiting?: string
          /** Format: date-time */
          until?: string
          /** @description why it is on the road back */
          refusal?: string
        }[]
        /** @description what the ledger has posted for it, at most 200 transfers */
        postings: {
          transferId: string
          kind: string
          /** Format: date-time */
          at: string
          entries: {
            account: string
            /** @enum {string} */
            asset: 'USDT' | 'SPECIES'
            amount: string
          }[]
        }[]
        /** @description the payment section of the message: claims, where it was paid; absent where none was asked for */
        proof?: unknown
        /** @description what was asked of Onli Cloud */
        delivery?: unknown
        /** @description what Onli Cloud says of it */
        oracle?: unknown
        receiptId?: string
        /** @description the whole message with which it came to review */
        message?: unknown
      }
    }
    /** @description Decide a review. `confirm`: the units did change owner, the event settles on your word. `refuse`: they did not and will not, everything held is given back. Of a payment (`raisedBy` is the validator), `confirm`: it counts, `refuse`: it is not claimed. The reason is kept and stands in the receipt. Least role: `treasurer`. */
    decideReview: {
      path: {
        /** Format: uuid */
        eventKey: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @enum {string} */
        decision: 'confirm' | 'refuse'
        reason: string
      }
      output: {
        /** @enum {string} */
        decision: 'confirm' | 'refuse'
        reason: string
        /** Format: uuid */
        eventKey: string
      }
    }
    /** @description The keys that receipts are signed with. Newest first. `next` is published and signs from `activeFrom` on. Least role: `viewer`. */
    listReceiptKeys: {
      output: {
        keys: {
          kid: string
          /** @enum {string} */
          status: 'next' | 'current' | 'former' | 'distrusted'
          /** Format: date-time */
          createdAt: string
          /** Format: date-time */
          activeFrom: string
          madeBy?: string
          /** Format: date-time */
          distrustedAt?: string
          distrustedBy?: string
        }[]
      }
    }
    /** @description Sign receipts with a new key. Takes two people. The new key is published at once and signs after `activeInSeconds`, so that readers who keep the key set have it by then. Receipts signed before stay valid. Least role: `admin`. */
    rotateReceiptKey: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @default 600 */
        activeInSeconds?: number
        reason: string
      }
      output:
        | {
            kid: string
            /** Format: date-time */
            activeFrom: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Distrust a key whose private half others may know. Takes two people, and another key that signs. The key set says that it is revoked. Receipts that it signed are shown under the current key from then on; copies that people kept no longer verify. Least role: `admin`. */
    distrustReceiptKey: {
      path: {
        kid: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        reason: string
      }
      output:
        | {
            kid: string
            /** Format: date-time */
            distrustedAt: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description A receipt. By your own event id the newest, or by its receipt id for every party to it. `receipt` is what you may read of it, `jws` the signed form that tells exactly that. Where `supersededBy` is there, something happened since: read that one. */
    getReceipt: {
      path: {
        id: string
      }
      header?: {
        /** @description The `ETag` of an answer that you have: 304 where it still holds. */
        'If-None-Match'?: string
      }
      output: {
        receipt: {
          receiptId: string
          supersedes?: string
          eventId: string
          /** Format: uuid */
          eventKey: string
          owner: string
          /** @enum {string} */
          status: 'COMPLETED' | 'FAILED' | 'DISPUTED'
          /** @enum {string} */
          state: 'completed' | 'failed' | 'disputed'
          sandbox: boolean
          /** @enum {string} */
          intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
          lapsed?: boolean
          agent?: {
            agentId: string
            mandateVersion?: number
          }
          /** @description SPECIES, a string of digits */
          units?: string
          parties: {
            onliId: string
            /** @enum {string} */
            role: 'buyer' | 'seller' | 'sender' | 'receiver' | 'redeemer' | 'owner'
            species?: {
              /** @description SPECIES, a string of digits */
              start: string
              /** @description SPECIES, a string of digits */
              end: string
            }
            usdt?: {
              /** @description USDT, a decimal string with six places */
              start: string
              /** @description USDT, a decimal string with six places */
              end: string
            }
          }[]
          price?: {
            /** @description USDT, a decimal string with six places */
            total: string
            /** @description USDT, a decimal string with six places */
            fee: string
            /** @description USDT, a decimal string with six places */
            paid: string
          }
          payments?: {
            /** @enum {string} */
            chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
            hash: string
            logIndex: number
            /** @description USDT, a decimal string with six places */
            amount: string
            fromAddress: string
          }[]
          /** @enum {string} */
          paidFrom?: 'none' | 'chain' | 'credit'
          /** @description USDT, a decimal string with six places */
          paidFromProceeds?: string
          /** @description USDT, a decimal string with six places */
          credited?: string
          fills: {
            listingId: string
            seller: string
            /** @description SPECIES, a string of digits */
            units: string
            /** @description USDT, a decimal string with six places */
            unitPrice: string
            /** @description USDT, a decimal string with six places */
            total: string
            /** @description USDT, a decimal string with six places */
            fee: string
          }[]
          listingId?: string
          ledgerTransferIds: string[]
          delivery?: {
            operationId: string
            fromVault?: string
            toVault?: string
            /** @description SPECIES, a string of digits */
            units: string
          }
          oracle?: {
            operationId: string
            ownerVault?: string
            /** @description SPECIES, a string of digits */
            units: string
            /** @enum {string} */
            wordOf: 'partner' | 'operator'
            reason?: string
          }
          refusal?: {
            code: string
            title: string
            detail?: string
            retryable: boolean
            by?: string
          }
          times: {
            [key: string]: string
          }
          issuedAt: string
        }
        /** @description The signed form (SD-JWT, RFC 9901), with the disclosures of what you may read */
        jws: string
        /** @description How many fields the signature covers that are for other parties */
        withheld: number
        /** @description The newest receipt of the event, where this is an older one */
        supersededBy?: string
      }
    }
    /** @description Prices, fees, chains and rules of the market. What everyone may know before they have a key. Where you pay is told with your quote. */
    getMarket: {
      output: {
        /** @description true: units and money here are worth nothing */
        sandbox: boolean
        /** @enum {string} */
        trading: 'on' | 'off'
        /** @description USDT for one unit from the treasury */
        treasuryPrice: string
        /** @description USDT for one unit that is redeemed */
        redeemPrice: string
        feeBasisPoints: {
          /** @description in basis points: hundredths of a per cent */
          buyTreasury: number
          /** @description in basis points: hundredths of a per cent */
          buyMarket: number
          /** @description in basis points: hundredths of a per cent */
          sell: number
          /** @description in basis points: hundredths of a per cent */
          redeem: number
        }
        chains: {
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          /** @description whether payments on it are taken */
          open: boolean
          /** @description true: payments on it wait */
          halted: boolean
          /** @description how many a payment needs */
          confirmations: number
        }[]
        listing: {
          minUnits: number
          defaultLifeMs: number
          maxLifeMs: number
        }
        configVersion: number
        asOf: string
      }
    }
    /** @description How many units are for sale at which price. Cheapest first, of the first 2000 listings. Without sellers: those are in the listings. */
    getBook: {
      output: {
        levels: {
          /** @description USDT for one unit */
          unitPrice: string
          units: string
          listings: number
        }[]
        /** @description true: more is for sale at these or higher prices */
        more: boolean
        /** @description when it was read; at most a second old while the database answers */
        asOf: string
      }
    }
    /** @description The last trades, newest first. Purchases that have settled; one from several listings is several trades. Whose they were is not told. */
    listTrades: {
      query?: {
        /** @default 50 */
        limit?: number
      }
      output: {
        trades: {
          at: string
          /**
           * @description new units of the treasury, or units of other owners
           * @enum {string}
           */
          source: 'treasury' | 'market'
          /** @description USDT for one unit */
          unitPrice: string
          units: string
        }[]
        /** @description when it was read; at most a second old while the database answers */
        asOf: string
      }
    }
    /** @description Prices over time. Oldest first, of the newest 2000 purchases; a time without a trade has no candle. */
    listCandles: {
      query?: {
        /**
         * @default 1h
         * @enum {string}
         */
        interval?: '1m' | '15m' | '1h' | '1d'
        /**
         * @default market
         * @enum {string}
         */
        source?: 'treasury' | 'market'
      }
      output: {
        candles: {
          /** @description when its time began */
          from: string
          /** @description USDT for one unit */
          open: string
          /** @description USDT for one unit */
          high: string
          /** @description USDT for one unit */
          low: string
          /** @description USDT for one unit */
          close: string
          units: string
          trades: number
        }[]
        /** @description false: there were trades before the first */
        complete: boolean
        /** @description when it was read; at most a second old while the database answers */
        asOf: string
      }
    }
    /** @description Open listings, cheapest and then oldest first. Listings of suspended sellers are left out, so a page may be short: `nextCursor` says whether there is more. */
    listListings: {
      query?: {
        /** @default 50 */
        limit?: number
        cursor?: string
        /**
         * @description your own that are not closed, newest first, at most 200, whatever the cursor says
         * @enum {string}
         */
        seller?: 'me'
      }
      header?: {
        /** @description The `ETag` of an answer that you have: 304 where it still holds. */
        'If-None-Match'?: string
      }
      output: {
        listings: {
          listingId: string
          seller: string
          /** @description USDT for one unit */
          unitPrice: string
          unitsAvailable: string
          unitsTotal: string
          createdAt: string
          expiresAt: string
          /** @description of your own: taken by purchases under way */
          unitsReserved?: string
          /**
           * @description of your own
           * @enum {string}
           */
          status?: 'pending' | 'open' | 'closing'
        }[]
        nextCursor?: string
      }
    }
    /** @description One listing that is for sale. One that is sold out, over, taken back, or whose seller is suspended is not there. */
    getListing: {
      path: {
        listingId: string
      }
      output: {
        listingId: string
        seller: string
        /** @description USDT for one unit */
        unitPrice: string
        unitsAvailable: string
        unitsTotal: string
        createdAt: string
        expiresAt: string
        /** @description when it was read */
        asOf: string
      }
    }
    /** @description What you have. Units, credit, and what is owed either way. An operator reads anyone’s. */
    getBalance: {
      path: {
        onliId: string
      }
      header?: {
        /** @description The `ETag` of an answer that you have: 304 where it still holds. */
        'If-None-Match'?: string
      }
      output: {
        onliId: string
        species: {
          available: string
          held: string
          total: string
        }
        usdt: {
          credit: {
            available: string
            held: string
            total: string
          }
          /** @description what the marketplace owes for sales and redemptions */
          payable: string
          /** @description what the user owes the marketplace */
          receivable: string
        }
      }
    }
    /** @description Your statement: every line of your accounts, newest first. Each line is one transfer in the ledger, with the balance after it. An operator reads anyone’s. */
    listTransactions: {
      path: {
        onliId: string
      }
      query?: {
        /** @default 50 */
        limit?: number
        cursor?: string
      }
      header?: {
        /** @description The `ETag` of an answer that you have: 304 where it still holds. */
        'If-None-Match'?: string
      }
      output: {
        transactions: {
          transferId: string
          kind: string
          account: string
          /** @enum {string} */
          asset: 'USDT' | 'SPECIES'
          /** @description negative where it went out */
          amount: string
          balanceAfter: string
          receiptId?: string
          at: string
        }[]
        nextCursor?: string
      }
    }
    /** @description What the marketplace itself has. Read from the ledger at the time of asking. Least role: `viewer`. */
    getMarketAccounts: {
      output: {
        accounts: {
          /** @enum {string} */
          account: 'treasury' | 'fees' | 'liquidity_pool' | 'market:escrow'
          species: {
            available: string
            held: string
            total: string
          }
          usdt: {
            available: string
            held: string
            total: string
          }
        }[]
      }
    }
    /** @description How much is under way, and how much waits for a person. Counted up to 1000, read at the time of asking. Least role: `viewer`. */
    getOverview: {
      output: {
        unfinished: {
          /** @description at most 1000 */
          n: number
          isMore: boolean
          /** Format: date-time */
          oldest?: string
        }
        reviews: {
          /** @description at most 1000 */
          n: number
          isMore: boolean
          /** Format: date-time */
          oldest?: string
        }
        /** Format: date-time */
        asOf: string
      }
    }
    /** @description An event, with every step of it. What was asked for, how far each module has brought it, its payments, its postings and its receipt. Least role: `viewer`. */
    getWholeEvent: {
      path: {
        /** Format: uuid */
        eventKey: string
      }
      output: {
        /** Format: uuid */
        eventKey: string
        eventId: string
        owner: string
        /** Format: date-time */
        acceptedAt: string
        /** @enum {string} */
        ended?: 'completed' | 'failed' | 'disputed'
        /** @description what was asked for; absent where this version cannot read it */
        event?: {
          eventId: string
          /** @enum {string} */
          intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
          from: string
          to?: string
          amount?: string
          listingId?: string
          delist?: string
          /** @enum {string} */
          timeInForce?: 'FOK' | 'IOC'
          payWith?: {
            /**
             * @default chain
             * @enum {string}
             */
            source?: 'chain' | 'credit'
            /** @enum {string} */
            payable?: 'first' | 'last'
            /**
             * @default USDT
             * @enum {string}
             */
            currency?: 'USDT'
            /** @enum {string} */
            chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
            proof?: string
            logIndex?: number
            maxUnitPrice?: string
            quote?: string
          }
          putProceeds?: {
            /**
             * @default USDT
             * @enum {string}
             */
            currency?: 'USDT'
            unitPrice?: string
            /** Format: date-time */
            expiresAt?: string
            usdtAddress?: string
            /** @enum {string} */
            chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          }
          /** @enum {boolean} */
          lapsed?: true
        }
        /** @description how far each module has brought it, oldest first */
        stages: {
          module: string
          /** @enum {string} */
          state:
            | 'accepted'
            | 'classified'
            | 'validated'
            | 'matched'
            | 'funded'
            | 'delivered'
            | 'confirmed'
            | 'settled'
            | 'completed'
            | 'refused'
            | 'cancelled'
            | 'released'
            | 'returned'
            | 'failed'
            | 'waiting'
            | 'review'
            | 'disputed'
          /** Format: date-time */
          at: string
          waitingFor?: string
          /** Format: date-time */
          waitingUntil?: string
          refusal?: {
            code: string
            detail: string
          }
        }[]
        payments: {
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          hash: string
          from: string
          to: string
          /** @description USDT */
          amount: string
          /** Format: date-time */
          minedAt: string
          /** Format: date-time */
          claimedAt: string
          /** Format: date-time */
          vanishedAt?: string
        }[]
        /** @description what it moved in the ledger */
        postings: {
          transferId: string
          kind: string
          /** Format: date-time */
          at: string
          entries: {
            account: string
            asset: string
            amount: string
          }[]
        }[]
        receipt?: {
          receiptId: string
          /** @enum {string} */
          state: 'completed' | 'failed' | 'disputed'
          /** Format: date-time */
          issuedAt: string
        }
      }
    }
    /** @description Find what has this id. An event key, `owner/eventId`, a receipt, a user, a listing, the hash of a payment, a wallet, a payout or a deposit. Whole ids only. Least role: `viewer`. */
    search: {
      query: {
        q: string
      }
      output: {
        hits: {
          /** @enum {string} */
          kind: 'event' | 'receipt' | 'user' | 'listing' | 'payment' | 'wallet' | 'payout' | 'deposit'
          /** @description by which it is read */
          id: string
          /**
           * Format: uuid
           * @description the event that it belongs to
           */
          eventKey?: string
          /** @description what it is, in words */
          text: string
        }[]
      }
    }
    /** @description Every account over a month: opening, movements, closing. Credits are above zero, as in the ledger. The trial balance is of all accounts at the end of the month, and its two sides are equal in each asset. Least role: `viewer`. */
    getBooksStatement: {
      query: {
        /** @description a month, UTC; this one until now */
        month: string
        cursor?: string
        /** @default 1000 */
        limit?: number
      }
      output: {
        month: string
        /** Format: date-time */
        from: string
        /**
         * Format: date-time
         * @description not included
         */
        to: string
        accounts: {
          account: string
          /** @enum {string} */
          asset: 'USDT' | 'SPECIES'
          opening: string
          /** @description the sum of what came in */
          in: string
          /** @description the sum of what went out */
          out: string
          entries: number
          closing: string
        }[]
        trialBalance: {
          /** @enum {string} */
          asset: 'USDT' | 'SPECIES'
          debits: string
          credits: string
          difference: string
        }[]
        nextCursor?: string
      }
    }
    /** @description Your accounts over a month: opening, every line, closing. Oldest first. `payable` is what we owe you for sales, `receivable` what you owe us, below zero. */
    getStatement: {
      query: {
        /** @description a month, UTC; this one until now */
        month: string
        cursor?: string
        /** @default 200 */
        limit?: number
      }
      output: {
        month: string
        /** Format: date-time */
        from: string
        /**
         * Format: date-time
         * @description not included
         */
        to: string
        onliId: string
        accounts: {
          account: string
          /** @enum {string} */
          asset: 'USDT' | 'SPECIES'
          opening: string
          /** @description the sum of what came in */
          in: string
          /** @description the sum of what went out */
          out: string
          entries: number
          closing: string
        }[]
        lines: {
          /** Format: date-time */
          at: string
          transferId: string
          kind: string
          account: string
          /** @enum {string} */
          asset: 'USDT' | 'SPECIES'
          /** @description negative where it went out */
          amount: string
          balanceAfter: string
        }[]
        nextCursor?: string
      }
    }
    /** @description Make a webhook. Your server is told what becomes of your events, signed as Standard Webhooks has it. You can have ten. The secret is told here and never again. */
    createWebhook: {
      body: {
        /** @description a public https address */
        url: string
        /** @description what it is told: `event.payment_seen`: A payment for an event of yours is proven and claimed. `event.waiting`: An event of yours waits, and for what. `event.review`: An operator has to look at an event of yours. Everything stays held until they decide. `event.completed`: An event to which you are a party has completed. With the receipt as you may read it. `event.failed`: An event to which you are a party has failed, and what it held is returned. With the receipt. `event.disputed`: The payment of a completed event has vanished from its chain. With the superseding receipt. `address.added`: An address was added to your address book: money can be sent there once its delay is over. `payout.changed`: A payout of yours has come further. With its state. `key.created`: A key of yours was made: by a key of yours, a sign-in or an operator. `key.revoked`: A key of yours was revoked. `proceeds.kept`: Proceeds for which an event of yours names an address stay in your account. With the reason. `webhook.test`: You asked for a test. It is sent only to the webhook that you name. */
        types: (
          | 'event.payment_seen'
          | 'event.waiting'
          | 'event.review'
          | 'event.completed'
          | 'event.failed'
          | 'event.disputed'
          | 'address.added'
          | 'payout.changed'
          | 'key.created'
          | 'key.revoked'
          | 'proceeds.kept'
          | 'webhook.test'
        )[]
        /** @default  */
        description?: string
      }
      output: {
        webhookId: string
        url: string
        types: string[]
        description: string
        /** @enum {string} */
        status: 'active' | 'disabled'
        /**
         * @description you disabled it; your server answered 410; or nothing was delivered for three days
         * @enum {string}
         */
        disabledFor?: 'owner' | 'gone' | 'failing'
        /** Format: date-time */
        disabledAt?: string
        /**
         * Format: date-time
         * @description since when nothing has been delivered
         */
        failingSince?: string
        /** @description the key with which it was made */
        madeBy: string
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        updatedAt: string
        /** @description `whsec_` and base64; told here and never again */
        secret: string
      }
    }
    /** @description List your webhooks, newest first. With their states. A disabled one says why. */
    listWebhooks: {
      output: {
        webhooks: {
          webhookId: string
          url: string
          types: string[]
          description: string
          /** @enum {string} */
          status: 'active' | 'disabled'
          /**
           * @description you disabled it; your server answered 410; or nothing was delivered for three days
           * @enum {string}
           */
          disabledFor?: 'owner' | 'gone' | 'failing'
          /** Format: date-time */
          disabledAt?: string
          /**
           * Format: date-time
           * @description since when nothing has been delivered
           */
          failingSince?: string
          /** @description the key with which it was made */
          madeBy: string
          /** Format: date-time */
          createdAt: string
          /** Format: date-time */
          updatedAt: string
        }[]
      }
    }
    /** @description A webhook of yours. Its address, what it is told, and whether it works. */
    getWebhook: {
      path: {
        webhookId: string
      }
      output: {
        webhookId: string
        url: string
        types: string[]
        description: string
        /** @enum {string} */
        status: 'active' | 'disabled'
        /**
         * @description you disabled it; your server answered 410; or nothing was delivered for three days
         * @enum {string}
         */
        disabledFor?: 'owner' | 'gone' | 'failing'
        /** Format: date-time */
        disabledAt?: string
        /**
         * Format: date-time
         * @description since when nothing has been delivered
         */
        failingSince?: string
        /** @description the key with which it was made */
        madeBy: string
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        updatedAt: string
      }
    }
    /** @description Change, enable or disable a webhook. Give all of it. What waits goes to the new address. Disabling gives up what waits; enabling forgets the failures before. */
    changeWebhook: {
      path: {
        webhookId: string
      }
      body: {
        /** @description a public https address */
        url: string
        /** @description what it is told: `event.payment_seen`: A payment for an event of yours is proven and claimed. `event.waiting`: An event of yours waits, and for what. `event.review`: An operator has to look at an event of yours. Everything stays held until they decide. `event.completed`: An event to which you are a party has completed. With the receipt as you may read it. `event.failed`: An event to which you are a party has failed, and what it held is returned. With the receipt. `event.disputed`: The payment of a completed event has vanished from its chain. With the superseding receipt. `address.added`: An address was added to your address book: money can be sent there once its delay is over. `payout.changed`: A payout of yours has come further. With its state. `key.created`: A key of yours was made: by a key of yours, a sign-in or an operator. `key.revoked`: A key of yours was revoked. `proceeds.kept`: Proceeds for which an event of yours names an address stay in your account. With the reason. `webhook.test`: You asked for a test. It is sent only to the webhook that you name. */
        types: (
          | 'event.payment_seen'
          | 'event.waiting'
          | 'event.review'
          | 'event.completed'
          | 'event.failed'
          | 'event.disputed'
          | 'address.added'
          | 'payout.changed'
          | 'key.created'
          | 'key.revoked'
          | 'proceeds.kept'
          | 'webhook.test'
        )[]
        /** @default  */
        description?: string
        /** @default true */
        enabled?: boolean
      }
      output: {
        webhookId: string
        url: string
        types: string[]
        description: string
        /** @enum {string} */
        status: 'active' | 'disabled'
        /**
         * @description you disabled it; your server answered 410; or nothing was delivered for three days
         * @enum {string}
         */
        disabledFor?: 'owner' | 'gone' | 'failing'
        /** Format: date-time */
        disabledAt?: string
        /**
         * Format: date-time
         * @description since when nothing has been delivered
         */
        failingSince?: string
        /** @description the key with which it was made */
        madeBy: string
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        updatedAt: string
      }
    }
    /** @description Delete a webhook. Nothing more is sent. Its secrets are removed at once, its log soon after. */
    deleteWebhook: {
      path: {
        webhookId: string
      }
      /** @description The answer has no body. */
      output: null
    }
    /** @description Give a webhook a new secret. Until the overlap ends, every call has a signature of each secret, so that you can change yours meanwhile. Use 0 if the secret is known to others. */
    rotateWebhookSecret: {
      path: {
        webhookId: string
      }
      body: {
        /**
         * @description a day by default
         * @default 86400000
         */
        overlapMs?: number
      }
      output: {
        /** @description `whsec_` and base64; told here and never again */
        secret: string
        /** Format: date-time */
        previousEndsAt: string
      }
    }
    /** @description The delivery log of a webhook, newest first. The log keeps 30 days. In pages. */
    listWebhookDeliveries: {
      path: {
        webhookId: string
      }
      query?: {
        /** @description the last delivery of the page before */
        before?: string
        /** @enum {string} */
        status?: 'pending' | 'delivered' | 'given_up' | 'dropped'
        /** @default 50 */
        limit?: number
      }
      output: {
        deliveries: {
          /** @description the `webhook-id` of every attempt */
          messageId: string
          type: string
          /**
           * @description `dropped`: your queue was full; it can be resent
           * @enum {string}
           */
          status: 'pending' | 'delivered' | 'given_up' | 'dropped'
          attempts: number
          /** Format: date-time */
          createdAt: string
          /** Format: date-time */
          nextAttemptAt?: string
          /** Format: date-time */
          endedAt?: string
        }[]
        nextBefore?: string
      }
    }
    /** @description One delivery, with its body and attempts. What was sent, and what your server answered each time. */
    getWebhookDelivery: {
      path: {
        webhookId: string
        messageId: string
      }
      output: {
        /** @description the `webhook-id` of every attempt */
        messageId: string
        type: string
        /**
         * @description `dropped`: your queue was full; it can be resent
         * @enum {string}
         */
        status: 'pending' | 'delivered' | 'given_up' | 'dropped'
        attempts: number
        /** Format: date-time */
        createdAt: string
        /** Format: date-time */
        nextAttemptAt?: string
        /** Format: date-time */
        endedAt?: string
        /** @description the bytes that are signed and sent */
        body: string
        /** @description the newest 50 attempts, newest first */
        log: {
          number: number
          /** Format: date-time */
          at: string
          tookMs: number
          statusCode?: number
          /** @description why no answer came */
          failure?: string
          /** @description the beginning of the answer, at most 1,024 bytes */
          answer: string
        }[]
      }
    }
    /** @description Send a delivery again. With the id and the body that it has always had. One that waits for a retry is sent at once. */
    resendWebhookDelivery: {
      path: {
        webhookId: string
        messageId: string
      }
      output: {
        messageId: string
      }
    }
    /** @description Send a test to a webhook. Of the type `webhook.test`, whatever it wants to be told. See in its delivery log how it went. */
    testWebhook: {
      path: {
        webhookId: string
      }
      output: {
        messageId: string
      }
    }
    /** @description Add an address to your address book. Money is sent only to addresses that are in it, and only after a delay, a day by default. You can have 20. A passkey of yours confirms the request (in a sandbox a second key may). An address that is there already is answered as it is. */
    addAddress: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        /** @description EVM: with its checksum (EIP-55), or in one case; TRON: base58check */
        address: string
        /** @default  */
        label?: string
      }
      output: {
        addressId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        label: string
        /**
         * @description `waiting`: its delay is not over
         * @enum {string}
         */
        status: 'waiting' | 'usable'
        /** Format: date-time */
        usableAt: string
        /** @description the key that asked */
        addedBy: string
        /** @description what confirmed it */
        confirmedBy: string
        /** Format: date-time */
        createdAt: string
      }
    }
    /** @description Your address book, newest first. With the time from which money can be sent to each. */
    listAddresses: {
      output: {
        addresses: {
          addressId: string
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          address: string
          label: string
          /**
           * @description `waiting`: its delay is not over
           * @enum {string}
           */
          status: 'waiting' | 'usable'
          /** Format: date-time */
          usableAt: string
          /** @description the key that asked */
          addedBy: string
          /** @description what confirmed it */
          confirmedBy: string
          /** Format: date-time */
          createdAt: string
        }[]
      }
    }
    /** @description Remove an address at once. What is not being sent to it yet is not sent. It needs no confirmation. Added again it waits again. */
    removeAddress: {
      path: {
        addressId: string
      }
      /** @description The answer has no body. */
      output: null
    }
    /** @description Ask for a payout. Your proceeds, and then your credit, are held for it. Operators approve it and send it; it is settled when its transfer is proven on its chain. A passkey of yours confirms the request (in a sandbox a second key may), unless the key that asks is limited to addresses. */
    requestPayout: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /** @description chosen by you: the same request again is the same payout */
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        /** @description an address of your address book */
        address: string
        /** @description USDT; the address gets exactly this */
        amount: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
      }
    }
    /** @description Your payouts, newest first. The newest 100, with where each stands. */
    listPayouts: {
      output: {
        payouts: {
          payoutId: string
          requestId: string
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          address: string
          /** @description USDT */
          amount: string
          /**
           * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
           * @enum {string}
           */
          state:
            'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
          /** @description whether its owner may still cancel it */
          canCancel: boolean
          reason?: string
          /** @description the transaction that proves it */
          hash?: string
          /** Format: date-time */
          requestedAt: string
          /** Format: date-time */
          approvedAt?: string
          /** Format: date-time */
          provenAt?: string
          /** Format: date-time */
          endedAt?: string
        }[]
      }
    }
    /** @description A payout of yours. Where it stands and what became of it. */
    getPayout: {
      path: {
        payoutId: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
        history: {
          state: string
          actor?: string
          reason?: string
          /** Format: date-time */
          at: string
        }[]
      }
    }
    /** @description Cancel a payout that is not being sent. Its money is free again at once. From `sending` on it cannot be cancelled any more, and while payouts are halted an approved one cannot. */
    cancelPayout: {
      path: {
        payoutId: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
      }
    }
    /** @description Proceeds for which your events name an address. The newest 200 events with `putProceeds.usdtAddress`. Their proceeds come into your account, and a payout is asked for once they are mature. What is cancelled, refused or kept stays in your account. */
    listProceeds: {
      output: {
        proceeds: {
          /** @description the event that named the address */
          eventId: string
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          address: string
          /** @description USDT that came in for it */
          earned: string
          /** @description USDT of it for which payouts were asked for; the list of payouts says what became of each */
          asked: string
          /** @description USDT of it that wait: not mature yet, below the least payout, or behind an open payout */
          waiting: string
          /** @description USDT of it that stay in your account */
          kept: string
          keptReason?: string
          /** Format: date-time */
          createdAt: string
        }[]
      }
    }
    /** @description Payouts that have not ended, oldest first. `approvalHash` is what you approve: destination, chain, amount and user. Of each owner the oldest ten are shown; `owner` shows all of one. `cursor` goes on. Least role: `viewer`. */
    listOpenPayouts: {
      query?: {
        owner?: string
        cursor?: string
        /** @default 50 */
        limit?: number
      }
      output: {
        payouts: {
          payoutId: string
          requestId: string
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          address: string
          /** @description USDT */
          amount: string
          /**
           * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
           * @enum {string}
           */
          state:
            'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
          /** @description whether its owner may still cancel it */
          canCancel: boolean
          reason?: string
          /** @description the transaction that proves it */
          hash?: string
          /** Format: date-time */
          requestedAt: string
          /** Format: date-time */
          approvedAt?: string
          /** Format: date-time */
          provenAt?: string
          /** Format: date-time */
          endedAt?: string
          owner: string
          approvalHash: string
          /** @description how many people had to approve it */
          people?: number
        }[]
        cursor?: string
      }
    }
    /** @description Ask for a payout of the marketplace’s own money. From the treasury, the fees, or the liquidity pool. It is approved, sent and proven like any payout; two people approve it, whatever it comes to. The same request again is the same payout. Least role: `treasurer`. */
    withdrawMoney: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        requestId: string
        /**
         * @description the account of the marketplace whose money leaves
         * @enum {string}
         */
        from: 'treasury' | 'fees' | 'liquidity_pool'
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        reason: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
        owner: string
        approvalHash: string
        /** @description how many people had to approve it */
        people?: number
      }
    }
    /** @description A payout, with who approved it, what was sent, and its history. If the state is `sending`, look here before anything else: it is never sent twice. Least role: `viewer`. */
    readPayout: {
      path: {
        payoutId: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
        owner: string
        approvalHash: string
        /** @description how many people had to approve it */
        people?: number
        approvals: {
          person: string
          keyId: string
          at: string
        }[]
        attempt?: {
          channel: string
          wallet: string
          by: string
          at: string
        }
        hashes: {
          hash: string
          givenBy: string
          finding?: string
        }[]
        history: {
          state: string
          actor?: string
          reason?: string
          /** Format: date-time */
          at: string
        }[]
      }
    }
    /** @description Approve a payout. With the hash that you read. One person approves; above `payouts.secondPersonUsdt` in 24 hours, to one user or one address, two do. Least role: `treasurer`. */
    approvePayout: {
      path: {
        payoutId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        approvalHash: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
        owner: string
        approvalHash: string
        /** @description how many people had to approve it */
        people?: number
      }
    }
    /** @description Refuse a payout that is not being sent. Its money is free again at once. Its owner reads the reason. While payouts are halted an approved one is not refused. Least role: `treasurer`. */
    refusePayout: {
      path: {
        payoutId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        reason: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
        owner: string
        approvalHash: string
        /** @description how many people had to approve it */
        people?: number
      }
    }
    /** @description Begin to send an approved payout: once, for ever. Answers with what to send, and from which wallet. Send it by hand, then name the transaction. If no answer comes, read the payout: it may be `sending`. In the sandbox it is sent at once. Least role: `treasurer`. */
    sendPayout: {
      path: {
        payoutId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        wallet?: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
        owner: string
        approvalHash: string
        /** @description how many people had to approve it */
        people?: number
      }
    }
    /** @description Name the transaction that pays it, or one that replaced it. It is proven on its chain like any other: from a wallet of ours, to this address, exactly this amount, after the approval. Least role: `treasurer`. */
    nameTransaction: {
      path: {
        payoutId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        hash: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
        owner: string
        approvalHash: string
        /** @description how many people had to approve it */
        people?: number
      }
    }
    /** @description Say that a payout in review came to nothing: two people do. Its money is free again. Refused while a transaction that was named for it may still pay. Least role: `treasurer`. */
    failPayout: {
      path: {
        payoutId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        reason: string
      }
      output: {
        payoutId: string
        requestId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        address: string
        /** @description USDT */
        amount: string
        /**
         * @description `requested`: its money is held. `approved`: it will be sent. `sending`, `sent`: it cannot be cancelled. `proven`: its transfer is final, and the money is gone from your account. `settled`: nothing takes it back. `review`: operators look at it.
         * @enum {string}
         */
        state: 'requested' | 'approved' | 'sending' | 'sent' | 'proven' | 'settled' | 'cancelled' | 'failed' | 'review'
        /** @description whether its owner may still cancel it */
        canCancel: boolean
        reason?: string
        /** @description the transaction that proves it */
        hash?: string
        /** Format: date-time */
        requestedAt: string
        /** Format: date-time */
        approvedAt?: string
        /** Format: date-time */
        provenAt?: string
        /** Format: date-time */
        endedAt?: string
        owner: string
        approvalHash: string
        /** @description how many people had to approve it */
        people?: number
      }
    }
    /** @description Whether payouts are halted, and why. The halts that are open, and the newest 100 that have ended. Least role: `viewer`. */
    listPayoutHalts: {
      output: {
        halted: boolean
        open: {
          cause: string
          reason: string
          by: string
          /** Format: date-time */
          at: string
          resumedBy?: string
          resumeReason?: string
          /** Format: date-time */
          resumedAt?: string
        }[]
        ended: {
          cause: string
          reason: string
          by: string
          /** Format: date-time */
          at: string
          resumedBy?: string
          resumeReason?: string
          /** Format: date-time */
          resumedAt?: string
        }[]
      }
    }
    /** @description Halt all payouts at once. One person does it. No payout is asked for, approved, sent or given up any more; what was sent is followed to its end. Least role: `operator`. */
    haltPayouts: {
      body: {
        reason: string
      }
      output: {
        /** @enum {boolean} */
        halted: true
      }
    }
    /** @description Resume payouts after a halt. Takes two people. It ends every halt that is open; one that comes before the approval voids the proposal. Least role: `treasurer`. */
    resumePayouts: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        reason: string
      }
      output:
        | {
            /** @description the causes that were open */
            resumed: string[]
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description What came in at the marketplace’s addresses. Newest first. `unexplained=true` shows what no event, quote or payout has claimed; `olderThanMinutes` what has been final for longer. Least role: `viewer`. */
    listDeposits: {
      query?: {
        /**
         * @default false
         * @enum {string}
         */
        unexplained?: 'true' | 'false'
        olderThanMinutes?: number | null
        cursor?: string
        /** @default 50 */
        limit?: number
      }
      output: {
        deposits: {
          depositId: string
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          hash: string
          from: string
          to: string
          /** @description USDT */
          amount: string
          /** @enum {string} */
          status: 'seen' | 'final' | 'gone'
          /** Format: date-time */
          minedAt: string
          /** Format: date-time */
          foundAt: string
          /** Format: date-time */
          finalAt?: string
          /**
           * @description `claimed`: an event, a quote or a payout has it. `internal`: it came from a wallet of ours. `forwarded`: a partner held it for us. Absent: it is not decided yet
           * @enum {string}
           */
          explained?: 'claimed' | 'suspense' | 'internal' | 'assigned' | 'kept' | 'forwarded'
          /** Format: date-time */
          explainedAt?: string
        }[]
        cursor?: string
      }
    }
    /** @description One transfer to the marketplace’s addresses. As its chain showed it when it was last read. Least role: `viewer`. */
    getDeposit: {
      path: {
        depositId: string
      }
      output: {
        depositId: string
        /** @enum {string} */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        hash: string
        from: string
        to: string
        /** @description USDT */
        amount: string
        /** @enum {string} */
        status: 'seen' | 'final' | 'gone'
        /** Format: date-time */
        minedAt: string
        /** Format: date-time */
        foundAt: string
        /** Format: date-time */
        finalAt?: string
        /**
         * @description `claimed`: an event, a quote or a payout has it. `internal`: it came from a wallet of ours. `forwarded`: a partner held it for us. Absent: it is not decided yet
         * @enum {string}
         */
        explained?: 'claimed' | 'suspense' | 'internal' | 'assigned' | 'kept' | 'forwarded'
        /** Format: date-time */
        explainedAt?: string
      }
    }
    /** @description Credit unexplained money to a user. Only what is in suspense. It is claimed for them once, for ever, and becomes their credit. Least role: `treasurer`. */
    assignDeposit: {
      path: {
        depositId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        onliId: string
        reason: string
      }
      output:
        | {
            depositId: string
            onliId: string
            amount: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Keep unexplained money as income. Only what is in suspense. It moves to the fees, and no event can claim it any more. Least role: `treasurer`. */
    keepDeposit: {
      path: {
        depositId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        reason: string
      }
      output:
        | {
            depositId: string
            amount: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Book unexplained money as forwarded by NOWPayments. Only what is in suspense, and at most what NOWPayments holds for us by the ledger. It is credited to no one: it was, when it came in at an address of theirs. Least role: `treasurer`. */
    bookForwarded: {
      path: {
        depositId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        reason: string
      }
      output:
        | {
            depositId: string
            amount: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description Deliveries of Moralis Streams. For Moralis, which signs each delivery over its bytes. A delivery makes the marketplace look at the chain at once. Streams that are not ours are answered and ignored. */
    hearMoralis: {
      output: {
        heard: string
      }
    }
    /** @description Make the streams at Moralis what the configuration has. One stream for each chain, to `POST /webhooks/moralis` of this marketplace, with the deposit addresses, the addresses of quotes and our wallets. Streams with other webhooks are untouched. The same again changes nothing. Least role: `operator`. */
    syncMoralis: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /**
         * @description true: says what would be done, and does nothing
         * @default false
         */
        dryRun?: boolean
      }
      output: {
        dryRun: boolean
        steps: {
          /**
           * @description `add` and `drop` are of addresses
           * @enum {string}
           */
          do: 'create' | 'add' | 'drop' | 'resume' | 'remove'
          /** @enum {string} */
          chain?: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          streamId?: string
          addresses?: string[]
        }[]
      }
    }
    /** @description How far the book in Firefly III is behind the ledger. With `compare=true` the book is asked for the balance of each account, which takes a moment. Least role: `viewer`. */
    getMirror: {
      query?: {
        /**
         * @default false
         * @enum {string}
         */
        compare?: 'true' | 'false'
      }
      output: {
        configured: boolean
        /** @description entries that wait, counted up to 100,000 */
        queued?: number
        /** Format: date-time */
        oldestQueuedAt?: string
        /** @description why the last round ended early */
        failure?: string
        /** Format: date-time */
        failedAt?: string
        /** @description entries that the book refuses, at most 100 */
        refused?: {
          externalId: string
          reason: string
        }[]
        accounts?: {
          name: string
          /** @enum {string} */
          asset: 'USDT' | 'SPECIES'
          /** @description the balance in the ledger, debits above zero */
          ledger: string
          /** @description what was written into the book */
          written: string
          /** @description what the book shows; absent where it did not answer */
          book?: string
          /** @description `book` less `written`: anything but zero was not written by us */
          difference?: string
        }[]
      }
    }
    /** @description Write again what the book refused. Mend the cause in Firefly III first. Each entry is looked for before it is written: nothing is written twice. Least role: `operator`. */
    retryMirror: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      output: {
        queued: number
      }
    }
    /** @description Fix the price of a purchase. Reserves the units and answers with price, fee, and where to pay how much until when. Pay, and send an event with `payWith.quote`, in any order: it needs no hash, and is honoured at this price or refused. Money without such an event, late money and what is too much is your credit. */
    createQuote: {
      body: {
        /** @description units of SPECIES; all of them, or there is no quote */
        amount: number | string
        /** @description `treasury` or `market`; leave it out with `listingId` */
        to?: string
        listingId?: string
        /** @enum {string} */
        intent?: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
        /**
         * @description on which you will pay
         * @enum {string}
         */
        chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
        /** @description on the market: at this price a unit at most */
        maxUnitPrice?: string
      }
      output: {
        quoteId: string
        owner: string
        sandbox: boolean
        /**
         * @description `seen`: a payment came in and is not claimed yet; `paid`: an event has the payment
         * @enum {string}
         */
        state: 'open' | 'seen' | 'paid' | 'cancelled' | 'expired'
        /** @description the event that cites it; send no other */
        eventId?: string
        /** @enum {string} */
        intent: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
        units: string
        /** @description the event that buys this: send it with an `eventId` of your own */
        event: {
          from: string
          to?: string
          listingId?: string
          amount: string
          payWith: {
            quote: string
          }
        }
        /** @description the listings whose units are reserved */
        fills: {
          listingId: string
          units: string
          /** @description USDT: for one unit */
          unitPrice: string
        }[]
        /** @description USDT: for one unit; absent where units have different prices */
        unitPrice?: string
        /** @description USDT: the price of all units */
        total: string
        /** @description USDT: the fee */
        fee: string
        /** @description USDT: what you pay: price and fee; at a shared address up to 0.01 more, which becomes your credit */
        amount: string
        payTo: {
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          /** @description the contract of USDT on this chain */
          token: string
          address: string
          /** @description true: pay exactly this amount, from a wallet that you have linked; otherwise from any wallet */
          isShared: boolean
          /** @description the amount as the token counts */
          baseUnits: string
          /** @description for wallets: EIP-681, or TRON’s usual form */
          link: string
        }
        /** @description the payment that a custodian takes for the quote, where one was asked for */
        payThrough?: {
          /** @enum {string} */
          custodian: 'nowpayments'
          /** @description names the payment, also as `payWith.proof` */
          paymentId: string
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          address: string
          /** @description USDT: to be paid there, once */
          amount: string
          /** @description the amount as the token counts */
          baseUnits: string
          /** @description for wallets */
          link: string
          /**
           * @description what the custodian says; the chain decides
           * @enum {string}
           */
          status:
            | 'waiting'
            | 'confirming'
            | 'confirmed'
            | 'sending'
            | 'partially_paid'
            | 'finished'
            | 'failed'
            | 'refunded'
            | 'expired'
          /**
           * Format: date-time
           * @description what comes in later waits for an operator
           */
          validUntil: string
        }
        configVersion: number
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description the payment must be in a block by then
         */
        expiresAt: string
        /** @description all that was promised, signed with the key of receipts: a compact JWS */
        signed: string
        /** @description what came in */
        payments: {
          hash: string
          /** @description USDT: of this transfer */
          amount: string
          /**
           * @description beside what is due; `excess` becomes credit, `dust` decides nothing
           * @enum {string}
           */
          amountIs: 'exact' | 'short' | 'excess' | 'dust'
          /** Format: date-time */
          minedAt: string
          isFinal: boolean
          /**
           * @description `payment`: pays the event that cites the quote; `credit`: yours to spend; `operator`: a person decides
           * @enum {string}
           */
          becomes: 'payment' | 'credit' | 'operator'
          isClaimed: boolean
        }[]
      }
    }
    /** @description List your quotes, newest first. With what came in for each. In pages. */
    listQuotes: {
      query?: {
        /** @description the last quote of the page before */
        before?: string
        /** @default 50 */
        limit?: number
      }
      output: {
        quotes: {
          quoteId: string
          owner: string
          sandbox: boolean
          /**
           * @description `seen`: a payment came in and is not claimed yet; `paid`: an event has the payment
           * @enum {string}
           */
          state: 'open' | 'seen' | 'paid' | 'cancelled' | 'expired'
          /** @description the event that cites it; send no other */
          eventId?: string
          /** @enum {string} */
          intent: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
          units: string
          /** @description the event that buys this: send it with an `eventId` of your own */
          event: {
            from: string
            to?: string
            listingId?: string
            amount: string
            payWith: {
              quote: string
            }
          }
          /** @description the listings whose units are reserved */
          fills: {
            listingId: string
            units: string
            /** @description USDT: for one unit */
            unitPrice: string
          }[]
          /** @description USDT: for one unit; absent where units have different prices */
          unitPrice?: string
          /** @description USDT: the price of all units */
          total: string
          /** @description USDT: the fee */
          fee: string
          /** @description USDT: what you pay: price and fee; at a shared address up to 0.01 more, which becomes your credit */
          amount: string
          payTo: {
            /** @enum {string} */
            chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
            /** @description the contract of USDT on this chain */
            token: string
            address: string
            /** @description true: pay exactly this amount, from a wallet that you have linked; otherwise from any wallet */
            isShared: boolean
            /** @description the amount as the token counts */
            baseUnits: string
            /** @description for wallets: EIP-681, or TRON’s usual form */
            link: string
          }
          /** @description the payment that a custodian takes for the quote, where one was asked for */
          payThrough?: {
            /** @enum {string} */
            custodian: 'nowpayments'
            /** @description names the payment, also as `payWith.proof` */
            paymentId: string
            /** @enum {string} */
            chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
            address: string
            /** @description USDT: to be paid there, once */
            amount: string
            /** @description the amount as the token counts */
            baseUnits: string
            /** @description for wallets */
            link: string
            /**
             * @description what the custodian says; the chain decides
             * @enum {string}
             */
            status:
              | 'waiting'
              | 'confirming'
              | 'confirmed'
              | 'sending'
              | 'partially_paid'
              | 'finished'
              | 'failed'
              | 'refunded'
              | 'expired'
            /**
             * Format: date-time
             * @description what comes in later waits for an operator
             */
            validUntil: string
          }
          configVersion: number
          /** Format: date-time */
          createdAt: string
          /**
           * Format: date-time
           * @description the payment must be in a block by then
           */
          expiresAt: string
          /** @description all that was promised, signed with the key of receipts: a compact JWS */
          signed: string
          /** @description what came in */
          payments: {
            hash: string
            /** @description USDT: of this transfer */
            amount: string
            /**
             * @description beside what is due; `excess` becomes credit, `dust` decides nothing
             * @enum {string}
             */
            amountIs: 'exact' | 'short' | 'excess' | 'dust'
            /** Format: date-time */
            minedAt: string
            isFinal: boolean
            /**
             * @description `payment`: pays the event that cites the quote; `credit`: yours to spend; `operator`: a person decides
             * @enum {string}
             */
            becomes: 'payment' | 'credit' | 'operator'
            isClaimed: boolean
          }[]
        }[]
        nextBefore?: string
      }
    }
    /** @description A quote of yours. What was promised, how it stands, and what came in for it. */
    getQuote: {
      path: {
        quoteId: string
      }
      output: {
        quoteId: string
        owner: string
        sandbox: boolean
        /**
         * @description `seen`: a payment came in and is not claimed yet; `paid`: an event has the payment
         * @enum {string}
         */
        state: 'open' | 'seen' | 'paid' | 'cancelled' | 'expired'
        /** @description the event that cites it; send no other */
        eventId?: string
        /** @enum {string} */
        intent: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
        units: string
        /** @description the event that buys this: send it with an `eventId` of your own */
        event: {
          from: string
          to?: string
          listingId?: string
          amount: string
          payWith: {
            quote: string
          }
        }
        /** @description the listings whose units are reserved */
        fills: {
          listingId: string
          units: string
          /** @description USDT: for one unit */
          unitPrice: string
        }[]
        /** @description USDT: for one unit; absent where units have different prices */
        unitPrice?: string
        /** @description USDT: the price of all units */
        total: string
        /** @description USDT: the fee */
        fee: string
        /** @description USDT: what you pay: price and fee; at a shared address up to 0.01 more, which becomes your credit */
        amount: string
        payTo: {
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          /** @description the contract of USDT on this chain */
          token: string
          address: string
          /** @description true: pay exactly this amount, from a wallet that you have linked; otherwise from any wallet */
          isShared: boolean
          /** @description the amount as the token counts */
          baseUnits: string
          /** @description for wallets: EIP-681, or TRON’s usual form */
          link: string
        }
        /** @description the payment that a custodian takes for the quote, where one was asked for */
        payThrough?: {
          /** @enum {string} */
          custodian: 'nowpayments'
          /** @description names the payment, also as `payWith.proof` */
          paymentId: string
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          address: string
          /** @description USDT: to be paid there, once */
          amount: string
          /** @description the amount as the token counts */
          baseUnits: string
          /** @description for wallets */
          link: string
          /**
           * @description what the custodian says; the chain decides
           * @enum {string}
           */
          status:
            | 'waiting'
            | 'confirming'
            | 'confirmed'
            | 'sending'
            | 'partially_paid'
            | 'finished'
            | 'failed'
            | 'refunded'
            | 'expired'
          /**
           * Format: date-time
           * @description what comes in later waits for an operator
           */
          validUntil: string
        }
        configVersion: number
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description the payment must be in a block by then
         */
        expiresAt: string
        /** @description all that was promised, signed with the key of receipts: a compact JWS */
        signed: string
        /** @description what came in */
        payments: {
          hash: string
          /** @description USDT: of this transfer */
          amount: string
          /**
           * @description beside what is due; `excess` becomes credit, `dust` decides nothing
           * @enum {string}
           */
          amountIs: 'exact' | 'short' | 'excess' | 'dust'
          /** Format: date-time */
          minedAt: string
          isFinal: boolean
          /**
           * @description `payment`: pays the event that cites the quote; `credit`: yours to spend; `operator`: a person decides
           * @enum {string}
           */
          becomes: 'payment' | 'credit' | 'operator'
          isClaimed: boolean
        }[]
      }
    }
    /** @description Cancel a quote. Its units are for sale again at once. What is paid to its address nevertheless is your credit. A quote that an event cites, or that is paid, cannot be cancelled. An agent cancels only quotes that its own key made. */
    cancelQuote: {
      path: {
        quoteId: string
      }
      output: {
        quoteId: string
        owner: string
        sandbox: boolean
        /**
         * @description `seen`: a payment came in and is not claimed yet; `paid`: an event has the payment
         * @enum {string}
         */
        state: 'open' | 'seen' | 'paid' | 'cancelled' | 'expired'
        /** @description the event that cites it; send no other */
        eventId?: string
        /** @enum {string} */
        intent: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
        units: string
        /** @description the event that buys this: send it with an `eventId` of your own */
        event: {
          from: string
          to?: string
          listingId?: string
          amount: string
          payWith: {
            quote: string
          }
        }
        /** @description the listings whose units are reserved */
        fills: {
          listingId: string
          units: string
          /** @description USDT: for one unit */
          unitPrice: string
        }[]
        /** @description USDT: for one unit; absent where units have different prices */
        unitPrice?: string
        /** @description USDT: the price of all units */
        total: string
        /** @description USDT: the fee */
        fee: string
        /** @description USDT: what you pay: price and fee; at a shared address up to 0.01 more, which becomes your credit */
        amount: string
        payTo: {
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          /** @description the contract of USDT on this chain */
          token: string
          address: string
          /** @description true: pay exactly this amount, from a wallet that you have linked; otherwise from any wallet */
          isShared: boolean
          /** @description the amount as the token counts */
          baseUnits: string
          /** @description for wallets: EIP-681, or TRON’s usual form */
          link: string
        }
        /** @description the payment that a custodian takes for the quote, where one was asked for */
        payThrough?: {
          /** @enum {string} */
          custodian: 'nowpayments'
          /** @description names the payment, also as `payWith.proof` */
          paymentId: string
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          address: string
          /** @description USDT: to be paid there, once */
          amount: string
          /** @description the amount as the token counts */
          baseUnits: string
          /** @description for wallets */
          link: string
          /**
           * @description what the custodian says; the chain decides
           * @enum {string}
           */
          status:
            | 'waiting'
            | 'confirming'
            | 'confirmed'
            | 'sending'
            | 'partially_paid'
            | 'finished'
            | 'failed'
            | 'refunded'
            | 'expired'
          /**
           * Format: date-time
           * @description what comes in later waits for an operator
           */
          validUntil: string
        }
        configVersion: number
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description the payment must be in a block by then
         */
        expiresAt: string
        /** @description all that was promised, signed with the key of receipts: a compact JWS */
        signed: string
        /** @description what came in */
        payments: {
          hash: string
          /** @description USDT: of this transfer */
          amount: string
          /**
           * @description beside what is due; `excess` becomes credit, `dust` decides nothing
           * @enum {string}
           */
          amountIs: 'exact' | 'short' | 'excess' | 'dust'
          /** Format: date-time */
          minedAt: string
          isFinal: boolean
          /**
           * @description `payment`: pays the event that cites the quote; `credit`: yours to spend; `operator`: a person decides
           * @enum {string}
           */
          becomes: 'payment' | 'credit' | 'operator'
          isClaimed: boolean
        }[]
      }
    }
    /** @description Pay a quote through NOWPayments. NOWPayments gives an address for this payment alone, in USDT on the chain of the quote. Pay it once, in full, before the quote expires; then, or before, send an event that cites the quote or has the payment as its `payWith.proof`. A second deposit there waits for an operator. The same again answers with the same payment. An agent pays only quotes that its own key made. */
    payQuoteThroughNowPayments: {
      path: {
        quoteId: string
      }
      output: {
        quoteId: string
        owner: string
        sandbox: boolean
        /**
         * @description `seen`: a payment came in and is not claimed yet; `paid`: an event has the payment
         * @enum {string}
         */
        state: 'open' | 'seen' | 'paid' | 'cancelled' | 'expired'
        /** @description the event that cites it; send no other */
        eventId?: string
        /** @enum {string} */
        intent: 'BUY_TREASURY' | 'BUY_MARKET' | 'SELL_MARKET' | 'TRANSFER' | 'REDEEM' | 'DELIST'
        units: string
        /** @description the event that buys this: send it with an `eventId` of your own */
        event: {
          from: string
          to?: string
          listingId?: string
          amount: string
          payWith: {
            quote: string
          }
        }
        /** @description the listings whose units are reserved */
        fills: {
          listingId: string
          units: string
          /** @description USDT: for one unit */
          unitPrice: string
        }[]
        /** @description USDT: for one unit; absent where units have different prices */
        unitPrice?: string
        /** @description USDT: the price of all units */
        total: string
        /** @description USDT: the fee */
        fee: string
        /** @description USDT: what you pay: price and fee; at a shared address up to 0.01 more, which becomes your credit */
        amount: string
        payTo: {
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          /** @description the contract of USDT on this chain */
          token: string
          address: string
          /** @description true: pay exactly this amount, from a wallet that you have linked; otherwise from any wallet */
          isShared: boolean
          /** @description the amount as the token counts */
          baseUnits: string
          /** @description for wallets: EIP-681, or TRON’s usual form */
          link: string
        }
        /** @description the payment that a custodian takes for the quote, where one was asked for */
        payThrough?: {
          /** @enum {string} */
          custodian: 'nowpayments'
          /** @description names the payment, also as `payWith.proof` */
          paymentId: string
          /** @enum {string} */
          chain: 'ETH' | 'BSC' | 'POLYGON' | 'TRON'
          address: string
          /** @description USDT: to be paid there, once */
          amount: string
          /** @description the amount as the token counts */
          baseUnits: string
          /** @description for wallets */
          link: string
          /**
           * @description what the custodian says; the chain decides
           * @enum {string}
           */
          status:
            | 'waiting'
            | 'confirming'
            | 'confirmed'
            | 'sending'
            | 'partially_paid'
            | 'finished'
            | 'failed'
            | 'refunded'
            | 'expired'
          /**
           * Format: date-time
           * @description what comes in later waits for an operator
           */
          validUntil: string
        }
        configVersion: number
        /** Format: date-time */
        createdAt: string
        /**
         * Format: date-time
         * @description the payment must be in a block by then
         */
        expiresAt: string
        /** @description all that was promised, signed with the key of receipts: a compact JWS */
        signed: string
        /** @description what came in */
        payments: {
          hash: string
          /** @description USDT: of this transfer */
          amount: string
          /**
           * @description beside what is due; `excess` becomes credit, `dust` decides nothing
           * @enum {string}
           */
          amountIs: 'exact' | 'short' | 'excess' | 'dust'
          /** Format: date-time */
          minedAt: string
          isFinal: boolean
          /**
           * @description `payment`: pays the event that cites the quote; `credit`: yours to spend; `operator`: a person decides
           * @enum {string}
           */
          becomes: 'payment' | 'credit' | 'operator'
          isClaimed: boolean
        }[]
      }
    }
    /** @description Notifications of NOWPayments. For NOWPayments, which signs each over its content. The chain is looked at at once, and the payment is read again. Payments that are not ours are answered and ignored. */
    hearNowPayments: {
      output: {
        heard: string
      }
    }
    /** @description Check everything that must always be true. What is too much for one request is checked in several: while an answer has `next`, ask again with it as `ledgerFrom`. Breaches and what was checked are of one part: add them up. Only the last answer can be `healthy`, and all is well only if it is and no part had breaches. Least role: `viewer`. */
    runDoctor: {
      query?: {
        ledgerFrom?: string
      }
      output: {
        healthy: boolean
        /** @description what should be true and is not, in words */
        breaches: string[]
        /** @description events that have not ended */
        inFlight: {
          /** Format: uuid */
          eventKey: string
          eventId: string
          owner: string
          /** Format: date-time */
          acceptedAt: string
        }[]
        openReviews: {
          /** Format: uuid */
          eventKey: string
          reason: string
        }[]
        /** @description what this request has looked at: add up the parts */
        checked: {
          vaults: number
          paymentsUsdt: string
          /** @description rows of the ledger, the book and the claims */
          ledgerRows: number
        }
        /** @description only a part was looked at: ask again from here */
        next?: string
      }
    }
    /** @description Compare the ledger with everything else, now. With vaults, with what our wallets hold and what left them, with deposits in suspense, claims, receipts and Firefly III. What users moved outside their vaults is booked; everything else waits for people. It runs by itself every few minutes. Least role: `operator`. */
    reconcile: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      output: {
        /** @description no difference is open, and everything was compared */
        agrees: boolean
        /** Format: date-time */
        startedAt: string
        /** Format: date-time */
        endedAt: string
        sections: {
          name: string
          /** @description vaults, chains, receipts and so on that were compared */
          compared: number
          /** @description differences, suspected ones with them */
          found: number
          /** @description what could not be compared, and why */
          notCompared: string[]
          failure?: string
        }[]
        /** @description those that are open, the oldest first; at most 200 */
        differences: {
          differenceId: string
          /** @enum {string} */
          class:
            | 'user_vault'
            | 'market_vault'
            | 'chain_balance'
            | 'suspense_balance'
            | 'unexplained_outflow'
            | 'book_balance'
            | 'book_refused'
            | 'payment_differs'
            | 'receipt_differs'
            | 'receipt_missing'
          what: string
          /** @description what differs: an account, a chain, a transfer, a receipt */
          subject: string
          /**
           * @description `suspected`: seen once by a comparison that may be early
           * @enum {string}
           */
          state: 'suspected' | 'open' | 'closed'
          /** @enum {string} */
          asset?: 'USDT' | 'SPECIES'
          /** @description by how much the other side is above the ledger */
          amount?: string
          /** @description the likely cause */
          cause: string
          facts: {
            [key: string]: string
          }
          /**
           * @description whose it is to solve: the least role
           * @enum {string}
           */
          owner: 'viewer' | 'operator' | 'treasurer' | 'admin'
          remedy: string
          /** @description how people can close it; none: it is over when it agrees */
          closing: ('reason' | 'booking')[]
          ageSeconds: number
          /** Format: date-time */
          firstSeenAt: string
          /** Format: date-time */
          lastSeenAt: string
          /** Format: date-time */
          closedAt?: string
          /** @enum {string} */
          resolution?: 'gone' | 'explained' | 'booked'
          closedBy?: string
          reason?: string
          bookedTo?: string
        }[]
      }
    }
    /** @description The newest comparisons of the books. At most 50, the newest first. Least role: `viewer`. */
    listReconciliations: {
      output: {
        runs: {
          /** @description no difference is open, and everything was compared */
          agrees: boolean
          /** Format: date-time */
          startedAt: string
          /** Format: date-time */
          endedAt: string
          sections: {
            name: string
            /** @description vaults, chains, receipts and so on that were compared */
            compared: number
            /** @description differences, suspected ones with them */
            found: number
            /** @description what could not be compared, and why */
            notCompared: string[]
            failure?: string
          }[]
          by: string
        }[]
      }
    }
    /** @description What differs between the ledger and everything else. The oldest first; `standing` shows what is open or suspected. Closed ones are kept. Least role: `viewer`. */
    listDifferences: {
      query?: {
        /**
         * @default standing
         * @enum {string}
         */
        state?: 'open' | 'suspected' | 'closed' | 'standing'
        /** @enum {string} */
        class?:
          | 'user_vault'
          | 'market_vault'
          | 'chain_balance'
          | 'suspense_balance'
          | 'unexplained_outflow'
          | 'book_balance'
          | 'book_refused'
          | 'payment_differs'
          | 'receipt_differs'
          | 'receipt_missing'
        cursor?: string
        /** @default 50 */
        limit?: number
      }
      output: {
        differences: {
          differenceId: string
          /** @enum {string} */
          class:
            | 'user_vault'
            | 'market_vault'
            | 'chain_balance'
            | 'suspense_balance'
            | 'unexplained_outflow'
            | 'book_balance'
            | 'book_refused'
            | 'payment_differs'
            | 'receipt_differs'
            | 'receipt_missing'
          what: string
          /** @description what differs: an account, a chain, a transfer, a receipt */
          subject: string
          /**
           * @description `suspected`: seen once by a comparison that may be early
           * @enum {string}
           */
          state: 'suspected' | 'open' | 'closed'
          /** @enum {string} */
          asset?: 'USDT' | 'SPECIES'
          /** @description by how much the other side is above the ledger */
          amount?: string
          /** @description the likely cause */
          cause: string
          facts: {
            [key: string]: string
          }
          /**
           * @description whose it is to solve: the least role
           * @enum {string}
           */
          owner: 'viewer' | 'operator' | 'treasurer' | 'admin'
          remedy: string
          /** @description how people can close it; none: it is over when it agrees */
          closing: ('reason' | 'booking')[]
          ageSeconds: number
          /** Format: date-time */
          firstSeenAt: string
          /** Format: date-time */
          lastSeenAt: string
          /** Format: date-time */
          closedAt?: string
          /** @enum {string} */
          resolution?: 'gone' | 'explained' | 'booked'
          closedBy?: string
          reason?: string
          bookedTo?: string
        }[]
        cursor?: string
      }
    }
    /** @description One difference. With its likely cause, its age, and how it is closed. Least role: `viewer`. */
    getDifference: {
      path: {
        differenceId: string
      }
      output: {
        differenceId: string
        /** @enum {string} */
        class:
          | 'user_vault'
          | 'market_vault'
          | 'chain_balance'
          | 'suspense_balance'
          | 'unexplained_outflow'
          | 'book_balance'
          | 'book_refused'
          | 'payment_differs'
          | 'receipt_differs'
          | 'receipt_missing'
        what: string
        /** @description what differs: an account, a chain, a transfer, a receipt */
        subject: string
        /**
         * @description `suspected`: seen once by a comparison that may be early
         * @enum {string}
         */
        state: 'suspected' | 'open' | 'closed'
        /** @enum {string} */
        asset?: 'USDT' | 'SPECIES'
        /** @description by how much the other side is above the ledger */
        amount?: string
        /** @description the likely cause */
        cause: string
        facts: {
          [key: string]: string
        }
        /**
         * @description whose it is to solve: the least role
         * @enum {string}
         */
        owner: 'viewer' | 'operator' | 'treasurer' | 'admin'
        remedy: string
        /** @description how people can close it; none: it is over when it agrees */
        closing: ('reason' | 'booking')[]
        ageSeconds: number
        /** Format: date-time */
        firstSeenAt: string
        /** Format: date-time */
        lastSeenAt: string
        /** Format: date-time */
        closedAt?: string
        /** @enum {string} */
        resolution?: 'gone' | 'explained' | 'booked'
        closedBy?: string
        reason?: string
        bookedTo?: string
      }
    }
    /** @description Close a difference with a reason, or book it. Whatever is booked, and whatever is closed about our wallets, takes two people. `explained` holds for this amount: another one is a new difference. Least role: `treasurer`. */
    closeDifference: {
      path: {
        differenceId: string
      }
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        /**
         * @description `explained`: nothing is booked, the reason says why it stays
         * @enum {string}
         */
        as: 'explained' | 'treasury' | 'fees' | 'costs' | 'loss' | 'receivable'
        /** @description the user who owes it, where it is booked as `receivable` */
        onliId?: string
        reason: string
      }
      output:
        | {
            differenceId: string
            /** @enum {string} */
            class:
              | 'user_vault'
              | 'market_vault'
              | 'chain_balance'
              | 'suspense_balance'
              | 'unexplained_outflow'
              | 'book_balance'
              | 'book_refused'
              | 'payment_differs'
              | 'receipt_differs'
              | 'receipt_missing'
            what: string
            /** @description what differs: an account, a chain, a transfer, a receipt */
            subject: string
            /**
             * @description `suspected`: seen once by a comparison that may be early
             * @enum {string}
             */
            state: 'suspected' | 'open' | 'closed'
            /** @enum {string} */
            asset?: 'USDT' | 'SPECIES'
            /** @description by how much the other side is above the ledger */
            amount?: string
            /** @description the likely cause */
            cause: string
            facts: {
              [key: string]: string
            }
            /**
             * @description whose it is to solve: the least role
             * @enum {string}
             */
            owner: 'viewer' | 'operator' | 'treasurer' | 'admin'
            remedy: string
            /** @description how people can close it; none: it is over when it agrees */
            closing: ('reason' | 'booking')[]
            ageSeconds: number
            /** Format: date-time */
            firstSeenAt: string
            /** Format: date-time */
            lastSeenAt: string
            /** Format: date-time */
            closedAt?: string
            /** @enum {string} */
            resolution?: 'gone' | 'explained' | 'booked'
            closedBy?: string
            reason?: string
            bookedTo?: string
          }
        | {
            proposal: {
              /** Format: uuid */
              proposalId: string
              kind: string
              target: string
              /** @description what would be done */
              inWords: string
              /** @description exactly what would be done */
              action?: unknown
              /** @description over kind, action and the state of its target; an approval names it */
              actionHash: string
              reason: string
              /** @description the person; another one approves */
              proposedBy: string
              /** Format: date-time */
              proposedAt: string
              /**
               * Format: date-time
               * @description an approval counts from then on
               */
              notBefore: string
              /** Format: date-time */
              expiresAt: string
              /** @enum {string} */
              status: 'open' | 'executed' | 'refused' | 'withdrawn' | 'void' | 'expired'
              decidedBy?: string
              /** Format: date-time */
              decidedAt?: string
              decisionReason?: string
            }
          }
    }
    /** @description What users are owed and what is there for it, signed each day. The liabilities are the root of a Merkle sum tree over salted leaves, one for each user. Each user can check theirs: `GET /marketplace/v1/solvency/me`, and `species solvency verify` offline. */
    getSolvency: {
      query?: {
        /**
         * Format: date
         * @description UTC; the newest unless given
         */
        day?: string
      }
      output: {
        day: string
        /** @description the signed statement: a compact JWS of the type `species-solvency+jws` */
        statement: string
        document: {
          day: string
          /** Format: date-time */
          at: string
          sandbox: boolean
          liabilities: {
            /** @description USDT */
            usdt: string
            leaves: number
            /** @description SHA-256, hexadecimal */
            root: string
          }
          assets: {
            /** @description USDT */
            usdt: string
            chains: {
              chain: string
              /** @description USDT */
              usdt: string
              wallets: {
                address: string
                /** @description USDT */
                usdt: string
                /** @description a block; on TRON a time in ms */
                position: number
              }[]
            }[]
          }
          /** @description the wallets hold what is owed, or more */
          covered: boolean
        } & {
          [key: string]: unknown
        }
      }
    }
    /** @description Your leaf of the day’s statement, with its path. Proves that what you are owed is in the sum. Kept for 31 days. Keep the salt to yourself. */
    getOwnSolvency: {
      query?: {
        /**
         * Format: date
         * @description UTC; the newest unless given
         */
        day?: string
      }
      output: {
        day: string
        onliId: string
        /** @description USDT */
        usdt: string
        salt: string
        path: {
          /** @enum {string} */
          side: 'left' | 'right'
          digest: string
          /** @description USDT */
          usdt: string
        }[]
        /** @description the signed statement: a compact JWS of the type `species-solvency+jws` */
        statement: string
      }
    }
    /** @description The process is alive. Answers as long as the process runs, whatever it depends on. `instance` is new with each start. */
    getLiveness: {
      output: {
        /** @enum {string} */
        status: 'live'
        /** Format: uuid */
        instance: string
      }
    }
    /** @description The process can work, and what it depends on. Only what the process cannot work without changes the HTTP status. While anything else is down, as a partner, the answer is 200 and says `degraded`. */
    getHealth: {
      output: {
        /**
         * @description `degraded`: the process can work, and something that it depends on is down; see `parts`
         * @enum {string}
         */
        status: 'ready' | 'degraded'
        parts: {
          [key: string]: {
            /** @enum {string} */
            state: 'up' | 'down' | 'full'
            since: string
          }
        }
      }
    }
    /** @description The process can work, and what it depends on. Only what the process cannot work without changes the HTTP status. While anything else is down, as a partner, the answer is 200 and says `degraded`. */
    getReadiness: {
      output: {
        /**
         * @description `degraded`: the process can work, and something that it depends on is down; see `parts`
         * @enum {string}
         */
        status: 'ready' | 'degraded'
        parts: {
          [key: string]: {
            /** @enum {string} */
            state: 'up' | 'down' | 'full'
            since: string
          }
        }
      }
    }
    /** @description Metrics in the Prometheus text format. For Prometheus to scrape. Where metrics have a port of their own they are not here. */
    getMetrics: {
      output: string
    }
    /** @description Messages that failed alone too often. At most 1000. Each waits until it is sent again. Least role: `viewer`. */
    listDeadLetters: {
      output: {
        deadLetters: {
          consumer: string
          key: string
          topic: string
          cause: string
          attempts: number
          /** @description Unix milliseconds */
          parkedAtMs: number
        }[]
      }
    }
    /** @description A dead letter, with its cause and what it says. Names of its topic, partition and trace, and the body as it was sent. Least role: `viewer`. */
    getDeadLetter: {
      path: {
        consumer: string
        key: string
      }
      output: {
        consumer: string
        key: string
        topic: string
        cause: string
        attempts: number
        /** @description Unix milliseconds */
        parkedAtMs: number
        partition: number
        trace: string
        body?: unknown
      }
    }
    /** @description Send a dead letter again. Its cause should be mended before. If it fails again it becomes a dead letter again. Least role: `operator`. */
    retryDeadLetter: {
      header?: {
        /** @description The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md. */
        'Species-Confirmation'?: string
      }
      body: {
        consumer: string
        key: string
      }
      output: {
        retried: {
          consumer: string
          key: string
        }
      }
    }
    /** @description How the partners do. As the process that answers sees it: each process has breakers and queues of its own. The metrics of all processes have the rest. Least role: `viewer`. */
    listPartners: {
      output: {
        partners: {
          /** @description what is cut off together; as in `species_breaker_open` */
          breaker: string
          /**
           * @description `open`: calls are cut off; `half_open`: a few are let through to try
           * @enum {string}
           */
          state: 'closed' | 'open' | 'half_open'
          /**
           * Format: date-time
           * @description since when it is so
           */
          since: string
          /** @description how long the last answer took */
          latencyMs?: number
          /**
           * Format: date-time
           * @description when the partner last answered
           */
          answeredAt?: string
          /** @description calls that wait for their turn */
          waiting: number
        }[]
      }
    }
  }
}

/** Method and path of each operation. */

export const routes = {
  getConfig: ['GET', '/admin/v1/config'],
  putConfig: ['PUT', '/admin/v1/config'],
  listConfigVersions: ['GET', '/admin/v1/config/versions'],
  getConfigVersion: ['GET', '/admin/v1/config/versions/{version}'],
  getMarketConfig: ['GET', '/marketplace/v1/config'],
  authenticate: ['POST', '/authenticate'],
  getSignIn: ['GET', '/marketplace/v1/sign-in'],
  signOut: ['DELETE', '/marketplace/v1/sign-in'],
  continueAs: ['POST', '/marketplace/v1/sign-in/sandbox'],
  createKey: ['POST', '/marketplace/v1/keys'],
  listKeys: ['GET', '/marketplace/v1/keys'],
  rotateKey: ['POST', '/marketplace/v1/keys/{keyId}/rotate'],
  revokeKey: ['DELETE', '/marketplace/v1/keys/{keyId}'],
  createAgent: ['POST', '/marketplace/v1/agents'],
  listAgents: ['GET', '/marketplace/v1/agents'],
  stopAgents: ['POST', '/marketplace/v1/agents/stop'],
  resumeAgents: ['POST', '/marketplace/v1/agents/resume'],
  getAgent: ['GET', '/marketplace/v1/agents/{agentId}'],
  setMandate: ['PUT', '/marketplace/v1/agents/{agentId}/mandate'],
  pauseAgent: ['POST', '/marketplace/v1/agents/{agentId}/pause'],
  resumeAgent: ['POST', '/marketplace/v1/agents/{agentId}/resume'],
  revokeAgent: ['POST', '/marketplace/v1/agents/{agentId}/revoke'],
  challengeWallet: ['POST', '/marketplace/v1/wallets/challenges'],
  proveWallet: ['POST', '/marketplace/v1/wallets'],
  listWallets: ['GET', '/marketplace/v1/wallets'],
  releaseWallet: ['DELETE', '/marketplace/v1/wallets/{chain}/{address}'],
  objectToWalletTransfer: ['POST', '/marketplace/v1/wallets/transfers/{transferId}/objection'],
  listWalletObjections: ['GET', '/admin/v1/wallet-transfers'],
  decideWalletObjection: ['POST', '/admin/v1/wallet-transfers/{transferId}'],
  registerUser: ['POST', '/admin/v1/users'],
  listUsers: ['GET', '/admin/v1/users'],
  getUser: ['GET', '/admin/v1/users/{onliId}'],
  changeUserStatus: ['POST', '/admin/v1/users/{onliId}/status'],
  createUserKey: ['POST', '/admin/v1/users/{onliId}/keys'],
  revokeAnyKey: ['DELETE', '/admin/v1/keys/{keyId}'],
  listOperators: ['GET', '/admin/v1/operators'],
  addOperator: ['POST', '/admin/v1/operators'],
  changeOperator: ['POST', '/admin/v1/operators/{operatorId}'],
  rotateOperatorKey: ['POST', '/admin/v1/operators/keys/{keyId}/rotate'],
  listProposals: ['GET', '/admin/v1/proposals'],
  getProposal: ['GET', '/admin/v1/proposals/{proposalId}'],
  approveProposal: ['POST', '/admin/v1/proposals/{proposalId}/approve'],
  refuseProposal: ['POST', '/admin/v1/proposals/{proposalId}/refuse'],
  listAudit: ['GET', '/admin/v1/audit'],
  stopAllAgents: ['POST', '/admin/v1/agents/stop'],
  resumeAllAgents: ['POST', '/admin/v1/agents/resume'],
  getSignInOptions: ['POST', '/marketplace/v1/sign-in/passkey/options'],
  signInWithPasskey: ['POST', '/marketplace/v1/sign-in/passkey'],
  openInvitation: ['POST', '/marketplace/v1/sign-in/invitation/options'],
  redeemInvitation: ['POST', '/marketplace/v1/sign-in/invitation'],
  inviteUser: ['POST', '/admin/v1/users/{onliId}/invitations'],
  inviteOperator: ['POST', '/admin/v1/operators/{operatorId}/invitations'],
  listInvitations: ['GET', '/admin/v1/invitations'],
  revokeInvitation: ['DELETE', '/admin/v1/invitations/{invitationId}'],
  allowWalletSignIn: ['PUT', '/marketplace/v1/sign-in/wallet'],
  signInWithWallet: ['POST', '/marketplace/v1/sign-in/wallet'],
  getWalletSignInMessage: ['POST', '/marketplace/v1/sign-in/wallet/options'],
  listPasskeys: ['GET', '/marketplace/v1/passkeys'],
  addPasskey: ['POST', '/marketplace/v1/passkeys'],
  getPasskeyOptions: ['POST', '/marketplace/v1/passkeys/options'],
  removePasskey: ['DELETE', '/marketplace/v1/passkeys/{passkeyId}'],
  submitEvent: ['POST', '/marketplace/v1/events'],
  listEvents: ['GET', '/marketplace/v1/events'],
  previewEvent: ['POST', '/marketplace/v1/events/preview'],
  getEvent: ['GET', '/marketplace/v1/events/{eventId}'],
  streamEvent: ['GET', '/marketplace/v1/events/{eventId}/stream'],
  getMarketHealth: ['GET', '/marketplace/v1/health'],
  claimPayment: ['POST', '/admin/v1/claims'],
  recheckClaims: ['POST', '/admin/v1/claims/recheck'],
  listApprovals: ['GET', '/marketplace/v1/agents/{agentId}/approvals'],
  approveEvent: ['POST', '/marketplace/v1/agents/{agentId}/approvals/{approvalId}/approve'],
  denyEvent: ['POST', '/marketplace/v1/agents/{agentId}/approvals/{approvalId}/deny'],
  getReceiptKeys: ['GET', '/.well-known/jwks.json'],
  listReviews: ['GET', '/admin/v1/reviews'],
  getReview: ['GET', '/admin/v1/reviews/{eventKey}'],
  decideReview: ['POST', '/admin/v1/reviews/{eventKey}'],
  listReceiptKeys: ['GET', '/admin/v1/receipt-keys'],
  rotateReceiptKey: ['POST', '/admin/v1/receipt-keys'],
  distrustReceiptKey: ['POST', '/admin/v1/receipt-keys/{kid}/distrust'],
  getReceipt: ['GET', '/marketplace/v1/receipts/{id}'],
  getMarket: ['GET', '/marketplace/v1/market'],
  getBook: ['GET', '/marketplace/v1/book'],
  listTrades: ['GET', '/marketplace/v1/trades'],
  listCandles: ['GET', '/marketplace/v1/candles'],
  listListings: ['GET', '/marketplace/v1/listings'],
  getListing: ['GET', '/marketplace/v1/listings/{listingId}'],
  getBalance: ['GET', '/marketplace/v1/users/{onliId}/balance'],
  listTransactions: ['GET', '/marketplace/v1/users/{onliId}/transactions'],
  getMarketAccounts: ['GET', '/admin/v1/accounts'],
  getOverview: ['GET', '/admin/v1/overview'],
  getWholeEvent: ['GET', '/admin/v1/events/{eventKey}'],
  search: ['GET', '/admin/v1/search'],
  getBooksStatement: ['GET', '/admin/v1/statement'],
  getStatement: ['GET', '/marketplace/v1/statement'],
  createWebhook: ['POST', '/marketplace/v1/webhooks'],
  listWebhooks: ['GET', '/marketplace/v1/webhooks'],
  getWebhook: ['GET', '/marketplace/v1/webhooks/{webhookId}'],
  changeWebhook: ['PUT', '/marketplace/v1/webhooks/{webhookId}'],
  deleteWebhook: ['DELETE', '/marketplace/v1/webhooks/{webhookId}'],
  rotateWebhookSecret: ['POST', '/marketplace/v1/webhooks/{webhookId}/secret'],
  listWebhookDeliveries: ['GET', '/marketplace/v1/webhooks/{webhookId}/deliveries'],
  getWebhookDelivery: ['GET', '/marketplace/v1/webhooks/{webhookId}/deliveries/{messageId}'],
  resendWebhookDelivery: ['POST', '/marketplace/v1/webhooks/{webhookId}/deliveries/{messageId}/resend'],
  testWebhook: ['POST', '/marketplace/v1/webhooks/{webhookId}/test'],
  addAddress: ['POST', '/marketplace/v1/addresses'],
  listAddresses: ['GET', '/marketplace/v1/addresses'],
  removeAddress: ['DELETE', '/marketplace/v1/addresses/{addressId}'],
  requestPayout: ['POST', '/marketplace/v1/payouts'],
  listPayouts: ['GET', '/marketplace/v1/payouts'],
  getPayout: ['GET', '/marketplace/v1/payouts/{payoutId}'],
  cancelPayout: ['POST', '/marketplace/v1/payouts/{payoutId}/cancel'],
  listProceeds: ['GET', '/marketplace/v1/proceeds'],
  listOpenPayouts: ['GET', '/admin/v1/payouts'],
  withdrawMoney: ['POST', '/admin/v1/payouts'],
  readPayout: ['GET', '/admin/v1/payouts/{payoutId}'],
  approvePayout: ['POST', '/admin/v1/payouts/{payoutId}/approve'],
  refusePayout: ['POST', '/admin/v1/payouts/{payoutId}/refuse'],
  sendPayout: ['POST', '/admin/v1/payouts/{payoutId}/send'],
  nameTransaction: ['POST', '/admin/v1/payouts/{payoutId}/hash'],
  failPayout: ['POST', '/admin/v1/payouts/{payoutId}/fail'],
  listPayoutHalts: ['GET', '/admin/v1/payout-halts'],
  haltPayouts: ['POST', '/admin/v1/payout-halts'],
  resumePayouts: ['POST', '/admin/v1/payout-halts/resume'],
  listDeposits: ['GET', '/admin/v1/deposits'],
  getDeposit: ['GET', '/admin/v1/deposits/{depositId}'],
  assignDeposit: ['POST', '/admin/v1/deposits/{depositId}/assign'],
  keepDeposit: ['POST', '/admin/v1/deposits/{depositId}/keep'],
  bookForwarded: ['POST', '/admin/v1/deposits/{depositId}/forwarded'],
  hearMoralis: ['POST', '/webhooks/moralis'],
  syncMoralis: ['POST', '/admin/v1/moralis/sync'],
  getMirror: ['GET', '/admin/v1/mirror'],
  retryMirror: ['POST', '/admin/v1/mirror/retry'],
  createQuote: ['POST', '/marketplace/v1/quotes'],
  listQuotes: ['GET', '/marketplace/v1/quotes'],
  getQuote: ['GET', '/marketplace/v1/quotes/{quoteId}'],
  cancelQuote: ['DELETE', '/marketplace/v1/quotes/{quoteId}'],
  payQuoteThroughNowPayments: ['POST', '/marketplace/v1/quotes/{quoteId}/nowpayments'],
  hearNowPayments: ['POST', '/webhooks/nowpayments'],
  runDoctor: ['GET', '/admin/v1/doctor'],
  reconcile: ['POST', '/admin/v1/reconciliations'],
  listReconciliations: ['GET', '/admin/v1/reconciliations'],
  listDifferences: ['GET', '/admin/v1/differences'],
  getDifference: ['GET', '/admin/v1/differences/{differenceId}'],
  closeDifference: ['POST', '/admin/v1/differences/{differenceId}/close'],
  getSolvency: ['GET', '/marketplace/v1/solvency'],
  getOwnSolvency: ['GET', '/marketplace/v1/solvency/me'],
  getLiveness: ['GET', '/health/live'],
  getHealth: ['GET', '/health'],
  getReadiness: ['GET', '/health/ready'],
  getMetrics: ['GET', '/metrics'],
  listDeadLetters: ['GET', '/admin/v1/dead-letters'],
  getDeadLetter: ['GET', '/admin/v1/dead-letters/{consumer}/{key}'],
  retryDeadLetter: ['POST', '/admin/v1/dead-letters/retry'],
  listPartners: ['GET', '/admin/v1/partners'],
} as const
