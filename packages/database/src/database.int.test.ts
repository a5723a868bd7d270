import { postgresAnswers, postgresWith } from '@species/testing'
import { describeDatabase } from '@species/testing/contracts'
import { openPglite } from './pglite.ts'

describeDatabase('PGlite', true, { open: () => openPglite(undefined) })
describeDatabase('Postgres [needs Postgres]', postgresAnswers, { open: () => postgresWith() })
