import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stringify } from 'yaml'
import { findBinary } from '../servers/binaries.ts'
import { ServerProcess } from '../servers/server-process.ts'
import { freePort } from '../servers/ports.ts'

interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

/** A real Prometheus that scrapes marketplaces every second, with our rules. */
export interface PrometheusServer {
  /** Answers with the samples of a query now. Throws where the query is refused. */
  query(expression: string): Promise<Sample[]>
  stop(): Promise<void>
}

export async function startPrometheus(
  directory: string,
  { targets, rules }: { targets: readonly string[]; rules: readonly string[] },
): Promise<PrometheusServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = join(directory, 'prometheus.yaml')
  // Labels as in deploy/prometheus/prometheus.yaml, by which rules and panels choose.
  const scrape = { job_name: 'species', static_configs: [{ targets, labels: { group: 'api' } }] }
  const global = { scrape_interval: '1s', evaluation_interval: '1s' }
  writeFileSync(
    config,
    stringify({ global, rule_files: rules.map((file) => atOnce(directory, file)), scrape_configs: [scrape] }),
  )
  const server = new ServerProcess({
    name: 'prometheus',
    binary: findBinary('prometheus'),
    argv: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    logFile: join(directory, 'prometheus.log'),
    stopSignal: 'SIGTERM',
    async untilReady() {
      while (!(await isReady(url))) await pause(50)
    },
  })
  await server.start()
  return {
    async query(expression) {
      const answer = await fetch(`${url}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expression }),
      })
      const { data, error } = (await answer.json()) as Answer
      if (!data) throw new Error(`${expression}: ${error ?? 'no answer'}`)
      return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
    },
    stop: () => server.stop(),
  }
}

/** A copy of the rules that are evaluated every second, also those of a month. */
function atOnce(directory: string, file: string): string {
  const copy = join(directory, basename(file))
  writeFileSync(copy, readFileSync(file, 'utf8').replaceAll(/^ +interval: .*$/gm, ''))
  return copy
}

interface Answer {
  readonly data?: { readonly result: { metric: Record<string, string>; value: [number, string] }[] }
  readonly error?: string
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok
  } catch {
    return false
  }
}
