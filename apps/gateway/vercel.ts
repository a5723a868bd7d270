/** Deploys the pages alone; `MARKETPLACE_URL` names the marketplace that answers the API (see next.config.ts). */
export const config = {
  framework: 'nextjs',
  installCommand: 'npm ci',
  buildCommand: 'next build',
}
