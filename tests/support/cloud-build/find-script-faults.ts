import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Step } from './build.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SCRIPTS = 'knative/delivery/'
const GATE = `${SCRIPTS}gate.sh`
/** Scripts that look whether the last gate was passed, which is their first argument. */
const AFTER_GATES = [`${SCRIPTS}roll-back.sh`, `${SCRIPTS}verdict.sh`]

/** What is wrong with how steps call scripts: how many arguments, how long they may wait, and which gate they look at. */
export function findScriptFaults(steps: readonly Step[]): string[] {
  return [...steps.flatMap(findArgumentFaults), ...steps.flatMap(findWaitFaults), ...findGateFaults(steps)]
}

/** The script of a step and what it is given; behind a gate and `timeout`, the one that these run. */
function callOf({ args }: Step): readonly [script: string, given: readonly string[]] | undefined {
  const behindGate = args[0] === GATE ? args.slice(3) : args
  const [script = '', ...given] = behindGate[0] === 'timeout' ? behindGate.slice(2) : behindGate
  return script.startsWith(SCRIPTS) ? [script, given] : undefined
}

function findArgumentFaults(step: Step): string[] {
  const [script = '', given = []] = callOf(step) ?? []
  const takes = script === '' ? undefined : /\$# -ne (\d+)/.exec(textOf(script))?.[1]
  if (takes === undefined || Number(takes) === given.length) return []
  return [`${step.id}: ${script} takes ${takes} arguments, not ${given.length}`]
}

/** A script that is told how long to wait must have its say before its step is cut off. */
function findWaitFaults(step: Step): string[] {
  const [script = '', given = []] = callOf(step) ?? []
  if (script === '' || !/\bSECONDS$/m.test(textOf(script).match(/^usage: .*$/m)?.[0] ?? '')) return []
  const seconds = Number(given.at(-1))
  const most = Number.parseInt(step.timeout, 10)
  return seconds < most
    ? []
    : [`${step.id}: ${script} may wait ${given.at(-1)} s, and the step ends after ${most} s`]
}

/** Each gate is called as its step, and looks at the gate before it; what follows them looks at the last. */
function findGateFaults(steps: readonly Step[]): string[] {
  const isAfter = (step: Step) => AFTER_GATES.includes(callOf(step)?.[0] ?? '')
  const gates = steps.filter(({ args }) => args[0] === GATE)
  const inOrder = gates.filter(step => !isAfter(step))
  const last = inOrder.at(-1)?.id
  return [
    ...gates
      .filter(({ id, args }) => args[1] !== id)
      .map(({ id, args }) => `${id}: notes that ${args[1]} has passed, which is another step`),
    ...inOrder.flatMap(({ id, args: [, , before] }, index) => {
      const expected = inOrder[index - 1]?.id ?? '-'
      if (before === expected) return []
      return [`${id}: looks whether ${before} has passed, and ${expected} is the gate before it`]
    }),
    ...steps.filter(isAfter).flatMap(step => {
      const named = callOf(step)?.[1][0]
      return named === last
        ? []
        : [`${step.id}: looks whether ${named} has passed, and ${last} is the last gate`]
    }),
  ]
}

function textOf(script: string): string {
  try {
    return readFileSync(`${ROOT}${script}`, 'utf8')
  } catch {
    // That it is not there is said elsewhere.
    return ''
  }
}
