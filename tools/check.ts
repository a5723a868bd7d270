// Everything that CI asks of a change, in one command.
import { runKinds } from './run/kinds.ts'

process.exitCode = await runKinds('check', [
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
  { name: 'layers', command: ['npm', 'run', '--silent', 'layers'] },
  { name: 'unused', command: ['knip', '--no-progress'] },
  // Last, because readers of CI look for the tests' counts in the last line.
  { name: 'tests', command: ['node', 'tools/test.ts'] },
])
