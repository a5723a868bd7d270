import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{apps,modules,packages,tools,drills,simulation,bench}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/gen/**'],
    // A process a file: a test that leaks a socket, an environment variable or a signal handler hurts only itself.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A forgotten `.only` would turn every other test into a skip.
    allowOnly: false,
  },
})
