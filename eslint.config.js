import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import { pureCode } from './tools/lint/pure-code.js'

const tests = ['**/*.test.ts', '{drills,simulation}/**/*.ts', 'packages/testing/**/*.ts']

export default tseslint.config(
  {
    ignores: [
      '**/gen/**',
      '**/node_modules/**',
      '**/.next/**',
      '**/next-env.d.ts',
      'coverage/**',
      '.species/**',
      'spec/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        // A default arm must not hide a case that was added later.
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      // Without `await` a `finally` runs, and a timer stops, before the work is done.
      '@typescript-eslint/return-await': ['error', 'always'],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // `import { type A }` still runs the other file; `import type { A }` does not, and a layer rule can tell.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `while (true)` with a way out is how a worker waits for work.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Two signatures often say more than one union; and a port's method is async whatever its adapter does.
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-console': ['error'],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['modules/*/src/domain/**/*.ts', 'packages/kernel/src/**/*.ts', 'modules/classifier/src/**/*.ts'],
    ignores: tests,
    rules: pureCode,
  },
  {
    files: tests,
    rules: {
      // A test file is one list of cases; its `describe` is not a function to be split.
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  // What speaks to a person at a terminal.
  { files: ['apps/*/src/**/*.ts', 'tools/**/*.ts', '{drills,simulation}/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { console: 'readonly', module: 'writable', process: 'readonly', URL: 'readonly' } },
  },
)
