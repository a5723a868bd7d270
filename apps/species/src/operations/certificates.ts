import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Logger, Metrics } from '@species/platform'
import type { Settings } from '../settings/settings.ts'

/** The files with certificates that settings name, by setting. */
function certificateFiles({ nats, redis, onli }: Settings): Readonly<Record<string, string | undefined>> {
  return {
    NATS_TLS_CA: nats?.tls?.ca,
    NATS_TLS_CERT: nats?.tls?.cert,
    REDIS_TLS_CA: redis?.ca,
    ONLI_TLS_CA: onli?.tls?.ca,
    ONLI_TLS_CERT: onli?.tls?.cert,
  }
}

const oneCertificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** Tells when the first certificate of each file expires. A file may be replaced while the process runs, so each is read again. */
export async function observeCertificates(
  settings: Settings,
  metrics: Pick<Metrics, 'certificateExpirySeconds'>,
  log: Pick<Logger, 'warn'>,
): Promise<void> {
  for (const [setting, file] of Object.entries(certificateFiles(settings))) {
    if (file === undefined) continue
    try {
      const text = await readFile(file, 'utf8')
      const ends = (text.match(oneCertificate) ?? []).map((one) => Date.parse(new X509Certificate(one).validTo))
      if (ends.length > 0) metrics.certificateExpirySeconds.set({ setting }, Math.min(...ends) / 1_000)
    } catch (error) {
      log.warn({ setting, err: error }, 'a file with certificates cannot be read: its expiry is not known')
    }
  }
}
