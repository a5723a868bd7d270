import { Fault } from '@species/kernel'

/** The command cannot be understood as it was called; exit code 2. Says what to write instead. */
export function wrongUse(text: string): Fault {
  return new Fault('invalid_settings', { retryable: false, publicMessage: text })
}
