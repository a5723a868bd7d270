import type { PayoutSender } from '@species/contracts'
import { formatUsdt, no, unknown, yes } from '@species/kernel'
import type { PayoutOrder } from '@species/contracts'

/** The wallet of the sandbox: it signs nothing, because the sandbox's chains let anyone move money. */
export function createSandboxWallet(sandboxUrl: string): PayoutSender {
  return {
    async send({ chain, from, to, amountMicro }: PayoutOrder) {
      const response = await fetch(`${sandboxUrl}/control/chains/${chain}/transfers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: 'USDT', from, to, amount: formatUsdt(amountMicro) }),
        signal: AbortSignal.timeout(10_000),
      })
      const answer = (await response.json()) as { hash?: unknown; detail?: unknown }
      if (response.status === 201 && typeof answer.hash === 'string') return yes({ hash: answer.hash })
      if (response.status >= 400 && response.status < 500)
        return no('address_refused', `The sandbox refused it: ${String(answer.detail)}`)
      return unknown(`the sandbox answered ${response.status}`)
    },
  }
}
