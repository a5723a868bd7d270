import type { NextConfig } from 'next'

/** The marketplace behind these pages, where they are not served by its own process. */
const upstream = process.env['MARKETPLACE_URL']
const apiPaths = ['marketplace', 'admin/v1', 'health', 'docs', 'errors', '.well-known', 'webhooks']

const config: NextConfig = {
  distDir: process.env['SPECIES_PAGES_BUILD'] ?? '.next',
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  images: { unoptimized: true },
  // `npm run types` and `npm run lint` judge the code; a build only builds.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: new URL('../..', import.meta.url).pathname },
  async rewrites() {
    if (upstream === undefined) return []
    return [
      { source: '/openapi.json', destination: `${upstream}/openapi.json` },
      ...apiPaths.flatMap((path) => [
        { source: `/${path}`, destination: `${upstream}/${path}` },
        { source: `/${path}/:rest*`, destination: `${upstream}/${path}/:rest*` },
      ]),
    ]
  },
}

export default config
