// Makes every generated file anew; with --check it writes nothing and fails when one of them is stale.
import { dirname } from 'node:path'
import { generateApi } from './generate/api.ts'
import { generateCosts } from './generate/costs.ts'
import { generateDashboards } from './generate/dashboards.ts'
import { generateDocuments } from './generate/documents.ts'
import { type GeneratedFile, isFresh, write } from './generate/generated-file.ts'
import { generateProto } from './generate/proto.ts'
import { generateSchema } from './generate/schema.ts'
import { generateSlos } from './generate/slos.ts'

const root = dirname(import.meta.dirname)
const isCheck = process.argv.includes('--check')

const failures: string[] = []
for (const generate of [
  generateProto,
  generateApi,
  generateDocuments,
  generateSchema,
  generateSlos,
  generateDashboards,
  generateCosts,
]) {
  try {
    for (const file of await generate(root)) handle(file)
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error))
  }
}
for (const failure of failures) console.error(failure)
if (failures.length > 0) process.exitCode = 1

function handle(file: GeneratedFile): void {
  if (isFresh(root, file)) return
  if (isCheck) {
    failures.push(`${file.path} is stale: run "npm run generate"`)
    return
  }
  write(root, file)
  console.log(`wrote ${file.path}`)
}
