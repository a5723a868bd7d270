import { pino, type Logger as PinoLogger } from 'pino'
import { traceIdNow } from './tracing.ts'

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bindings: Record<string, unknown>): Logger
}

/** Structured logs, one JSON object a line. Secrets never reach it: what may hold one has a type that does not print. */
export function createLogger(options: { level: string; stream?: NodeJS.WritableStream }): Logger {
  const settings = {
    level: options.level,
    base: null,
    mixin: traceOfLine,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: {
      paths: ['secret', '*.secret', 'headers.authorization', 'headers["x-signature"]', 'headers.signature'],
      censor: '[redacted]',
    },
  }
  return options.stream ? pino(settings, options.stream) : pino(settings)
}

function traceOfLine(): object {
  const traceId = traceIdNow()
  return traceId === undefined ? {} : { traceId }
}

/** A logger that says nothing. */
export const silentLogger: Logger = createLogger({ level: 'silent' })
