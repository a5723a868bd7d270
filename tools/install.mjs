// Brings node_modules up to date with package-lock.json. Plain JavaScript that Node 20 runs and that imports no package:
// it comes before the install that makes Node 24 (the npm package `node`) and everything else available.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lockPath = join(root, 'package-lock.json')
const installedPath = join(root, 'node_modules', '.package-lock.json')
const stampPath = join(root, 'node_modules', '.species-install')
const node24Path = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')

if (!isCurrent()) install()

function isCurrent() {
  if (!existsSync(lockPath) || !existsSync(installedPath) || !existsSync(node24Path)) return false
  const lock = readFileSync(lockPath)
  if (readStamp() === hashOf(lock)) return true
  // No stamp of ours, but the same packages: npm was run by hand. Keep what is there.
  if (!holdsEverything(JSON.parse(lock.toString()), JSON.parse(readFileSync(installedPath, 'utf8')))) return false
  writeFileSync(stampPath, hashOf(lock))
  return true
}

function hashOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function readStamp() {
  return existsSync(stampPath) ? readFileSync(stampPath, 'utf8').trim() : ''
}

/** Optional packages may be missing: they are the builds for other platforms. */
function holdsEverything(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true
    const found = installed.packages[path]
    if (!found) return wanted.optional === true
    return wanted.link === true ? found.link === true : found.version === wanted.version
  })
}

function install() {
  const task = existsSync(lockPath) ? 'ci' : 'install'
  const why = existsSync(installedPath) ? 'The installed packages do not match package-lock.json' : 'First run'
  console.log(`${why}: running "npm ${task}" (a few hundred packages and Node 24 itself, about a minute) ...`)
  // Only errors: npm, still run by the older Node, would warn of each package that wants Node 24.
  const result = runNpm([task, '--no-audit', '--no-fund', '--loglevel=error'])
  if (result.status !== 0) fail(`"npm ${task}" failed${result.error ? `: ${result.error.message}` : ''}.`)
  if (
    !existsSync(node24Path) ||
    spawnSync(node24Path, ['--version'], { shell: process.platform === 'win32' }).status !== 0
  ) {
    fail('npm finished, but Node 24 is not in node_modules/.bin: install scripts seem to be switched off.')
  }
  if (existsSync(lockPath)) writeFileSync(stampPath, hashOf(readFileSync(lockPath)))
}

/**
 * npm is run by the Node that runs it already, not by the one inside node_modules: `npm ci` deletes that one first.
 * If this file is run without npm, the one in PATH is used.
 */
function runNpm(args) {
  const path = (process.env.PATH ?? '').split(delimiter)
  const env = {
    ...process.env,
    PATH: path.filter((folder) => !folder.startsWith(join(root, 'node_modules'))).join(delimiter),
  }
  const { npm_execpath: cli, npm_node_execpath: node } = process.env
  const options = { cwd: root, env, stdio: 'inherit' }
  return cli && node && !node.startsWith(root)
    ? spawnSync(node, [cli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
}

function fail(what) {
  console.error(`
${what} The messages above say why. What usually helps:
  - package.json and package-lock.json disagree: "npm install", and commit the lock file
  - no network, or a proxy: "npm ping" must answer; set "npm config set registry ..." or HTTPS_PROXY
  - install scripts off ("npm config get ignore-scripts" says true): npm ci --ignore-scripts=false
  - a broken cache or a half-finished install: remove node_modules and run the command again`)
  process.exit(1)
}
