// Packs the SDK as it is published: one file of JavaScript for each entry, its types, and no package of this repository.
// Usage: npm run pack:sdk [-- FOLDER]
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { build } from 'rolldown'
import about from '../packages/sdk/package.json' with { type: 'json' }

const root = dirname(import.meta.dirname)
const source = join(root, 'packages/sdk/src')
const target = resolve(process.argv[2] ?? join(root, '.sdk-package'))

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
await buildCode()
buildTypes()
writePage()
const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--pack-destination', target], { cwd: target, encoding: 'utf8' }),
) as { filename: string }[]
console.log(join(target, packed?.filename ?? ''))

async function buildCode(): Promise<void> {
  await build({
    input: { index: join(source, 'index.ts'), node: join(source, 'node/index.ts') },
    external: [/^node:/, ...Object.keys(about.dependencies).filter((name) => !name.startsWith('@species/'))],
    platform: 'neutral',
    logLevel: 'warn',
    output: { dir: join(target, 'dist'), format: 'esm', chunkFileNames: '[name].js' },
  })
}

function buildTypes(): void {
  const emitted = mkdtempSync(join(tmpdir(), 'species-sdk-types-'))
  const tsconfig = join(root, 'packages/sdk', `tsconfig-${process.pid}.json`)
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(root, 'packages'),
    outDir: emitted,
  }
  const files = [join(source, 'index.ts'), join(source, 'node/index.ts')]
  try {
    writeFileSync(tsconfig, JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, files, include: [] }))
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', tsconfig], {
      stdio: 'inherit',
    })
    const types = join(emitted, 'sdk/src')
    for (const path of globSync('**/*.d.ts', { cwd: types })) {
      const text = readFileSync(join(types, path), 'utf8').replace(/(from '\.[^']*)\.ts'/g, "$1.js'")
      mkdirSync(dirname(join(target, 'dist', path)), { recursive: true })
      writeFileSync(join(target, 'dist', path), text)
    }
  } finally {
    rmSync(tsconfig, { force: true })
    rmSync(emitted, { recursive: true, force: true })
  }
}

/** The page of the package: what npm reads, and what people read. */
function writePage(): void {
  const own = Object.entries(about.dependencies).filter(([name]) => !name.startsWith('@species/'))
  const page = {
    name: about.name,
    version: about.version,
    description: about.description,
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './node': { types: './dist/node/index.d.ts', default: './dist/node.js' },
    },
    files: ['dist', 'README.md', 'LICENSE'],
    dependencies: Object.fromEntries(own),
  }
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(page, null, 2)}\n`)
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'))
  cpSync(join(root, 'packages/sdk/README.md'), join(target, 'README.md'))
}
