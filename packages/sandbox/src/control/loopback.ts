/** Whether a Host header names this machine from within. */
export function isLoopbackHost(header: string): boolean {
  const name = header.replace(/:[0-9]+$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(name)
}
