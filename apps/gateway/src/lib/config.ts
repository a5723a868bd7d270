'use client'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'

/** The configuration as the API has it; its fields are known by its schema alone. */
export interface ConfigVersion {
  readonly version: number
  readonly config: Json
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** A schema of the API's description (JSON Schema), as far as a form needs it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
}

interface Description {
  readonly paths: Readonly<
    Record<string, { put?: { requestBody?: { content: Readonly<Record<string, { schema: Schema }>> } } }>
  >
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

/** The schema of the configuration, from the description of the API. */
export function useConfigSchema(): UseQueryResult<Schema> {
  return useQuery({
    queryKey: ['config-schema'],
    queryFn: async ({ signal }) => {
      const all = await api<Description>('/openapi.json', { signed: 'no', signal })
      const body = all.paths['/admin/v1/config']?.put?.requestBody?.content['application/json']?.schema
      return resolved(all, resolved(all, body).properties?.['config'])
    },
    staleTime: Infinity,
  })
}

/** With every reference replaced by what it names. */
function resolved(all: Description, schema: Schema | undefined): Schema {
  if (schema === undefined) return {}
  const name = schema.$ref?.split('/').at(-1)
  const found = name === undefined ? schema : (all.components?.schemas?.[name] ?? {})
  return {
    ...found,
    ...(found.items ? { items: resolved(all, found.items) } : {}),
    ...(found.properties
      ? {
          properties: Object.fromEntries(
            Object.entries(found.properties).map(([key, one]) => [key, resolved(all, one)]),
          ),
        }
      : {}),
  }
}

export function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value with one place of it replaced. */
export function replaced(value: Json, path: readonly string[], by: Json): Json {
  const [name, ...rest] = path
  if (name === undefined) return by
  const before = isObject(value) ? value : {}
  return { ...before, [name]: replaced(before[name] ?? {}, rest, by) }
}

export interface Difference {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** Where two configurations differ, each place with both values. */
export function differences(before: Json | undefined, after: Json | undefined, path = ''): Difference[] {
  if (isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      differences(before[name], after[name], path === '' ? name : `${path}.${name}`),
    )
  const [one, other] = [shown(before), shown(after)]
  return one === other ? [] : [{ path, before: one, after: other }]
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}
