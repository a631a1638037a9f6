import { expect, test } from '@jest/globals'
import { findDiagramFaults, readDiagramKinds } from '../support/documented/find-diagram-faults.ts'
import { DOCUMENTS, read } from '../support/documented/repository.ts'

const document = (...lines: string[]) => ['Text.', '', '```mermaid', ...lines, '```', ''].join('\n')

test.each(DOCUMENTS.filter(file => read(file).includes('```mermaid')))(
  'every diagram of %s can be drawn',
  async file => {
    expect(await findDiagramFaults(file, read(file))).toEqual([])
    expect(await readDiagramKinds(read(file))).not.toEqual([])
  },
)

test('finds the diagrams that there are', async () => {
  expect(await readDiagramKinds(read('docs/architecture.md'))).toEqual(
    expect.arrayContaining(['flowchart-v2', 'sequence']),
  )
})

test.each([
  ['flowchart-v2', ['flowchart LR', '  a[one] -->|"rings"| b[(two)]']],
  [
    'sequence',
    ['sequenceDiagram', '  alt paid', '    A->>B: POST', '  else not', '    B-->>A: 409', '  end'],
  ],
  [
    'er',
    [
      'erDiagram',
      '  accounts ||--o{ transactions : sends',
      '  accounts {',
      '    varchar account_id PK',
      '  }',
    ],
  ],
  ['stateDiagram', ['stateDiagram-v2', '  [*] --> PENDING', '  PENDING --> HELD: hold']],
])('takes a %s as it should be', async (kind, lines) => {
  expect(await findDiagramFaults('x.md', document(...lines))).toEqual([])
  expect(await readDiagramKinds(document(...lines))).toEqual([kind])
})

test.each([
  ['a bracket that is left open', ['flowchart LR', '  a[one --> b[two]'], /Parse error on line 2/],
  ['an arrow that there is not', ['sequenceDiagram', '  A=>B: POST'], /Parse error on line 2/],
  ['a message to nobody', ['sequenceDiagram', '  A->>: POST'], /Parse error on line 2/],
  ['a choice without its end', ['sequenceDiagram', '  alt paid', '    A->>B: POST'], /Parse error/],
  ['a relation with one side', ['erDiagram', '  accounts ||--o : sends'], /Parse error on line 2/],
  ['a column without a type', ['erDiagram', '  accounts {', '    balance', '  }'], /Parse error on line/],
  ['a transition that leads nowhere', ['stateDiagram-v2', '  PENDING -->'], /Parse error on line 2/],
  ['a kind that is misspelt', ['flowchrt LR', '  a --> b'], /No diagram type detected/],
  ['nothing at all', [''], /No diagram type detected/],
])('sees %s', async (_what, lines, said) => {
  const faults = await findDiagramFaults('x.md', document(...lines))
  expect(faults).toEqual([expect.stringMatching(/^x\.md:3 Mermaid does not draw this: /)])
  expect(faults[0]).toMatch(said)
})
