import type { Logger } from '@species/platform'

/** What the modules complain of while a history is played, and what the player itself finds wrong. */
export class Journal {
  readonly findings: string[] = []
  /** Errors as they were logged, the last few: for a person who looks at a failing seed. */
  readonly errors: string[] = []

  readonly log: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (facts: unknown, message?: string) => {
      if (this.errors.length < 20) this.errors.push(`${message ?? ''} ${shown(facts)}`.trim())
    },
    child: () => this.log,
  } as Logger

  complain(what: string): void {
    this.findings.push(what)
  }
}

function shown(facts: unknown): string {
  if (typeof facts !== 'object' || facts === null) return String(facts)
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${value instanceof Error ? `${value.name}: ${value.message}` : String(value)}`)
    .join(' ')
}
