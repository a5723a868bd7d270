import { builtinModules } from 'node:module'

// The rules for code that takes values and returns values: the domain of every module, the kernel, the classifier.
// The same input gives the same output on every replay, so there is no clock, no chance, no world outside and no waiting.

const why = 'is not pure: take what you need as an argument.'

const worldGlobals = [
  'Date',
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'crypto',
  'performance',
  'console',
  'globalThis',
]

export const pureCode = {
  'no-restricted-imports': [
    'error',
    {
      paths: builtinModules.map((name) => ({ name, message: `A Node module ${why}` })),
      patterns: [{ group: ['node:*'], message: `A Node module ${why}` }],
    },
  ],
  'no-restricted-globals': [
    'error',
    ...worldGlobals.map((name) => ({ name, message: `${name} ${why}` })),
    { name: 'parseFloat', message: 'Quantities are bigint, never floating point.' },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: `Math.random ${why}` },
    { object: 'Number', property: 'parseFloat', message: 'Quantities are bigint, never floating point.' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'AwaitExpression, ForOfStatement[await=true]', message: 'Pure code does not wait.' },
    { selector: ':function[async=true]', message: 'Pure code is synchronous.' },
    { selector: 'ImportExpression', message: 'Pure code does not load code.' },
  ],
}
