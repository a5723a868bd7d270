import type { environmentSchema } from './environment.ts'

/** What each environment variable means, for docs/reference/settings.md. A missing or unknown one does not compile. */
export const settingDescriptions: Readonly<Record<keyof typeof environmentSchema.shape, string>> = {
  PORT: 'HTTP port',
  SPECIES_HOST: 'address to listen on',
  SPECIES_METRICS_PORT:
    'separate port for `/metrics`; without it 9464 if `SPECIES_HOST` is not loopback, otherwise none',
  SPECIES_DATA_DIR: 'folder of the embedded database, the keys and the sandbox’s journal',
  SPECIES_MASTER_KEY:
    'encrypts stored secrets; at least 32 characters; required with `DATABASE_URL`; to rotate, put the new key first and old ones after commas',
  SPECIES_PUBLIC_URL: 'address that clients call and sign, if a proxy is in front; it may have a path',
  SPECIES_TRUSTED_PROXIES:
    'addresses and networks of your proxies, separated by commas (`10.0.0.0/8`); the client that they name is limited instead of them; none by default',
  SPECIES_PROXY_HEADER: 'where they name it: `x-forwarded-for`, or `fly-client-ip` on Fly',
  SPECIES_ALLOW_SANDBOX: '`1` allows the sandbox beside real partners',
  SPECIES_LOG_LEVEL: '`debug`, `info`, `warn`, `error` or `silent`',
  DATABASE_URL:
    'Postgres instead of the embedded database; several hosts (`postgres://…@a,b/db`) are a primary and its standbys; `sslrootcert` in the address names a CA certificate',
  DATABASE_REPLICA_URLS: 'read replicas for pages, separated by commas; never used for decisions',
  NATS_URL: 'NATS with JetStream carries the messages; several addresses are one cluster',
  NATS_TLS_CA: 'path to a CA certificate for NATS',
  NATS_TLS_CERT: 'path to the client certificate for NATS',
  NATS_TLS_KEY: 'path to the client key for NATS',
  SPECIES_NATS_PREFIX: 'first part of our names in NATS and Redis; two marketplaces on the same servers need two',
  REDIS_URL: 'caches and rate limits shared by all processes; without it each process has its own',
  REDIS_TLS_CA: 'path to a CA certificate for Redis',
  SPECIES_ALLOW_PLAINTEXT: '`1` allows connections without TLS to other machines',
  SPECIES_SANDBOX_URL: 'a sandbox that runs as its own process (`npx species sandbox`)',
  MORALIS_URL: 'address of Moralis',
  MORALIS_API_KEY: 'enables the real EVM chains through Moralis',
  MORALIS_REQUESTS_PER_SECOND:
    'requests a second to the real Moralis that this process makes at most; more wait in fair turns. 40 is what its smaller plans allow; several processes share what the plan allows',
  MORALIS_WEBHOOK_SECRET:
    'secret key of Moralis Streams; enables `POST /webhooks/moralis`, which makes the marketplace look at a chain at once',
  MORALIS_STREAMS_URL:
    'address of Moralis Streams, if not the usual one; requires `MORALIS_WEBHOOK_SECRET`. With it and `SPECIES_PUBLIC_URL`, `species moralis sync` makes the streams',
  TRON_URL: 'address of TronGrid',
  TRON_API_KEY: 'enables the real TRON chain',
  TRON_REQUESTS_PER_SECOND:
    'requests a second to the real TronGrid that this process makes at most; more wait in fair turns. Several processes share what the key allows',
  NOWPAYMENTS_URL: 'address of NOWPayments, with its version',
  NOWPAYMENTS_API_KEY: 'enables payments of quotes through NOWPayments; requires `NOWPAYMENTS_IPN_SECRET`',
  NOWPAYMENTS_IPN_SECRET:
    'secret of NOWPayments’ notifications; they come to `POST /webhooks/nowpayments` of `SPECIES_PUBLIC_URL`',
  ONLI_URL: 'address of the real Onli Cloud',
  ONLI_APP_KEY: 'key for Onli Cloud; required with `ONLI_URL`',
  ONLI_TLS_CA: 'path to a CA certificate for Onli Cloud; required with an `https` address',
  ONLI_TLS_CERT: 'path to the client certificate for Onli Cloud; required with an `https` address',
  ONLI_TLS_KEY: 'path to the client key for Onli Cloud; required with an `https` address',
  ONLI_HONOURS_IDEMPOTENCY_KEYS:
    '`0` if Onli Cloud ignores idempotency keys: nothing is sent twice, and unknown outcomes go to review',
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'address of an OpenTelemetry collector; what stands before `/v1/traces`. Unset: no traces are made',
  OTEL_EXPORTER_OTLP_HEADERS: 'headers for it, as `name=value,name=value`',
  OTEL_TRACES_SAMPLER_ARG: 'share of traces that is sent, 0 to 1; spans that failed are always sent',
  FIREFLY_URL: 'address of Firefly III, whose book follows the ledger; what stands before `/api/v1`',
  FIREFLY_TOKEN: 'personal access token of the owner of that book; required with `FIREFLY_URL`',
  SANDBOX_PORT: 'HTTP port of the sandbox; its gRPC port is the next one',
  SPECIES_TWO_PEOPLE:
    '`1`: what two operators must decide takes two people; `0`: one person decides alone; without it `1` if any partner is real',
  SPECIES_WEBHOOKS_LOOPBACK:
    '`1` allows webhooks to servers on this machine, also without TLS; only with the sandbox, for trying things out',
  SPECIES_PAGES: '`1` serves the pages on the same port, `0` does not; `npm start` does unless told otherwise',
}
