import { lifecycle } from '@species/contracts'
import { describe, expect, it } from 'vitest'
import { replaceBetweenMarkers } from './documents.ts'
import { lifecycleMermaid, lifecycleTable } from './lifecycle.ts'

describe('the picture of the flow', () => {
  it('has a box for each state and an arrow for each step', () => {
    const lines = lifecycleMermaid().split('\n')
    const arrows = lines.filter((line) => /-->|-\.->/.test(line))
    expect(arrows).toHaveLength(lifecycle.flatMap((row) => row.next).length)
    for (const { state, owner } of lifecycle) {
      expect(lines.filter((line) => line.includes(`"${state}<br/>${owner}"`))).toHaveLength(1)
    }
  })

  it('draws only the way forward and the ends with whole lines', () => {
    expect(lifecycleMermaid()).toContain('accepted --> classified')
    expect(lifecycleMermaid()).toContain('classified -.-> refused')
  })

  it('has a row for each state in the table', () => {
    expect(lifecycleTable().split('\n')).toHaveLength(lifecycle.length + 2)
  })
})

describe('a page with markers', () => {
  const page = 'before\n<!-- lifecycle:begin -->\nold\n<!-- lifecycle:end -->\nafter\n'

  it('changes between them only', () => {
    expect(replaceBetweenMarkers(page, 'lifecycle', 'new', 'a.md')).toBe(
      'before\n<!-- lifecycle:begin -->\n\nnew\n\n<!-- lifecycle:end -->\nafter\n',
    )
  })

  it('is not accepted without them', () => {
    expect(() => replaceBetweenMarkers('before', 'lifecycle', 'new', 'a.md')).toThrow('a.md must hold')
  })
})
