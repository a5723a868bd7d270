/**
 * What a signature leaves open although it must not: the method, the whole address, and the body. Empty: nothing.
 * The address is `@target-uri`, or `@authority`, `@path` and `@query` together.
 */
export function uncovered(components: readonly string[], hasBody: boolean): string[] {
  const has = (name: string): boolean => components.includes(name)
  const address = has('@target-uri') ? [] : ['@authority', '@path', '@query'].filter((name) => !has(name))
  const missing = address.length === 3 ? ['@target-uri'] : address
  return [
    ...(has('@method') ? [] : ['@method']),
    ...missing,
    ...(hasBody && !has('content-digest') ? ['content-digest'] : []),
  ]
}
