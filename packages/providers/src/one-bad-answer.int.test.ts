import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { type AssetLedger, type ChainReader, onliProto } from '@species/contracts'
import { Secret, systemClock } from '@species/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMoralisChainReader, createOnliCloud, createTronChainReader } from './index.ts'

const bad = '0'.repeat(64)
const good = '1'.repeat(64)
const timeoutMs = 5_000
const servers: Server[] = []
const address = async (server: Server): Promise<string> => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
afterAll(() => {
  for (const server of servers) server.close()
})

describe.each(['an answer over 4 MiB', 'no JSON', 'forbidden', 'sent elsewhere'])('of a chain: %s', (how) => {
  let url: string
  beforeAll(async () => {
    url = await address(
      createServer((request, response) => {
        let asked = request.url ?? ''
        request.on('data', (chunk: Buffer) => (asked += chunk.toString()))
        request.on('end', () => {
          if (asked.includes('latestBlockNumber')) response.end('"9"')
          else if (!asked.includes(bad)) response.end('{}')
          else if (how === 'forbidden') response.writeHead(403).end('{}')
          else if (how === 'sent elsewhere') response.writeHead(302, { location: '/elsewhere' }).end()
          else response.end(how === 'no JSON' ? 'oops' : `"${'x'.repeat(5 * 1024 * 1024)}"`)
        })
      }),
    )
  })

  test.each([
    [
      'ETH',
      (): ChainReader =>
        createMoralisChainReader({ baseUrl: url, apiKey: new Secret('x'), timeoutMs, clock: systemClock }),
    ],
    ['TRON', (): ChainReader => createTronChainReader({ baseUrl: url, timeoutMs })],
  ] as const)('about one payment does not stop the others (%s)', async (chain, open) => {
    const reader = open()
    const prefix = chain === 'TRON' ? '' : '0x'
    for (let times = 0; times < 6; times++)
      expect((await reader.transaction(chain, `${prefix}${bad}`)).kind).toBe('unknown')
    expect(await reader.transaction(chain, `${prefix}${good}`)).toEqual({ kind: 'not_yet', reason: 'not_found' })
  })
})

test('an answer of Onli Cloud over our limit, about one vault, does not stop the others', async () => {
  const url = await address(
    createHttp2Server(
      connectNodeAdapter({
        routes: (router) =>
          router.service(onliProto.AssetService, {
            getBalances: ({ vaults }) => ({
              items: vaults.map((vault) => ({
                vault: vault === bad ? 'x'.repeat(11 * 1024 * 1024) : vault,
                amount: '5',
                exists: true,
              })),
            }),
          }),
      }),
    ),
  )
  const onli: AssetLedger = createOnliCloud({
    url,
    appKey: new Secret('x'),
    honoursIdempotencyKeys: true,
    timeoutMs,
    clock: systemClock,
  })
  for (let times = 0; times < 6; times++) expect(await onli.balances([bad])).toMatchObject([{ kind: 'unknown' }])
  expect(await onli.balances([good])).toEqual([{ kind: 'yes', value: 5n }])
})
