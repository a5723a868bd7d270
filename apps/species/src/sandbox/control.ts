import { Problem } from '@species/http'

/** Orders to the sandbox of this machine, by its control API. */
export interface SandboxControl {
  /** The parsed answer. Throws a Problem with what the sandbox says where it refuses, or where it does not answer. */
  order(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>
}

const timeoutMs = 10_000

/** `url` is the sandbox's own address. */
export function createSandboxControl(url: string): SandboxControl {
  return {
    async order(method, path, body) {
      const response = await fetch(`${url}/control${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: unknown) => {
        throw new Problem('service_unavailable', `The sandbox does not answer: ${String(error)}.`, {
          retryAfterSeconds: 2,
        })
      })
      const answer = (await response.json()) as { detail?: unknown }
      if (response.ok) return answer
      throw new Problem('invalid_request', `The sandbox refused it: ${String(answer.detail)}`)
    },
  }
}
