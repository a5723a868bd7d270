import { type LifecycleRow, lifecycle, publishersOf } from '@species/contracts'

const roads: Record<LifecycleRow['road'], string> = {
  forward: 'The way forward',
  backward: 'The way back',
  aside: 'Waiting and review',
  end: 'Ends',
}

/** The flow as a Mermaid chart: one box a state, with the module that brings an event into it. */
export function lifecycleMermaid(rows: readonly LifecycleRow[] = lifecycle): string {
  const box = (row: LifecycleRow): string =>
    row.road === 'end'
      ? `${row.state}(["${row.state}<br/>${row.owner}"])`
      : `${row.state}["${row.state}<br/>${row.owner}"]`
  const groups = (Object.keys(roads) as LifecycleRow['road'][]).flatMap((road) => [
    `  subgraph ${road}_road["${roads[road]}"]`,
    ...rows.filter((row) => row.road === road).map((row) => `    ${box(row)}`),
    '  end',
  ])
  const arrows = rows.flatMap((row) => row.next.map((next) => `  ${row.state} ${arrowTo(next, rows)} ${next}`))
  return ['flowchart TD', ...groups, ...arrows].join('\n')
}

/** The way back and the waits are dotted, so that the way forward stands out. */
function arrowTo(state: string, rows: readonly LifecycleRow[]): string {
  const road = rows.find((row) => row.state === state)?.road
  return road === 'forward' || road === 'end' ? '-->' : '-.->'
}

export function lifecycleTable(rows: readonly LifecycleRow[] = lifecycle): string {
  const header = ['state', 'stored by', 'consumed by', 'next', 'what is true']
  const cells = rows.map((row) => [
    row.state,
    publishersOf(row.state).join(', '),
    row.consumers.join(', '),
    row.next.length === 0 ? 'none' : row.next.join(', '),
    row.truth,
  ])
  return [header, header.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n')
}

/** What stands between the lifecycle markers of a page. */
export function lifecycleSection(): string {
  return `\`\`\`mermaid\n${lifecycleMermaid()}\n\`\`\`\n\n${lifecycleTable()}`
}
