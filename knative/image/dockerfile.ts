export type Step = { readonly instruction: string; readonly rest: string }
export type Stage = { readonly name: string; readonly base: string; readonly steps: readonly Step[] }

/** The stages of a Dockerfile, as far as ours uses the language: no heredocs, no variables in FROM. */
export function readStages(text: string): Stage[] {
  const stages: (Stage & { steps: Step[] })[] = []
  for (const { instruction, rest } of readSteps(text)) {
    if (instruction === 'FROM') {
      const [base = '', , name = 'final'] = rest.split(/\s+/)
      stages.push({ base, name, steps: [] })
    } else stages.at(-1)?.steps.push({ instruction, rest })
  }
  return stages
}

function readSteps(text: string): Step[] {
  const lines = text.split('\n').filter(line => !/^\s*#/.test(line))
  const whole = lines.join('\n').replaceAll(/\\\n\s*/g, '')
  return whole.split('\n').flatMap(line => {
    const [, instruction, rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? []
    return instruction === undefined ? [] : [{ instruction, rest }]
  })
}

/** What a COPY takes, and from which stage; without one, from the context. */
export function readCopy(rest: string): {
  readonly from?: string
  readonly sources: string[]
  readonly target: string
} {
  const [, from, paths = ''] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(rest) ?? []
  const words = paths.split(/\s+/)
  const target = words.pop() ?? ''
  return { ...(from === undefined ? {} : { from }), sources: words, target }
}

/** The paths that a .dockerignore of the form "nothing but" lets in. */
export function readAllowed(ignore: string): string[] {
  const lines = ignore.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  if (lines[0] !== '*')
    throw new Error('.dockerignore must begin with *, and name what the image is built from')
  return lines.slice(1).map(line => line.replace(/^!/, ''))
}
