import { freshPostgres } from '../databases.ts'
import { analyse, loadUsers, userName } from './load-users.ts'
import { runModules } from './run.ts'

// The modules' half of `bench modules` by itself, for a profiler: node --cpu-prof bench/modules/alone.ts [seconds]
const users = 2_000
const names = Array.from({ length: users }, (_, index) => userName(index))
const database = await freshPostgres(process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres')
try {
  await loadUsers(database, users, Date.now())
  await analyse(database)
  const result = await runModules(database, {
    users: { holders: names, buyers: names },
    warmUpSeconds: 3,
    seconds: Number(process.argv[2] ?? 10),
    underWay: 3_000,
    seed: 1,
  })
  process.stdout.write(`${JSON.stringify(result)}\n`)
} finally {
  await database.drop()
}
