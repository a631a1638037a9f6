import { FAULT_KINDS, type Fault } from './faults.ts'

const DEFAULTS: Omit<Fault, 'kind'> = { target: '', share: 1, times: null, delayMs: 1_000, seed: 1 }

const CHECKS: { [Field in keyof Fault]: [rule: string, holds: (value: unknown) => boolean] } = {
  kind: [`one of ${FAULT_KINDS.join(', ')}`, value => FAULT_KINDS.some(kind => kind === value)],
  target: ['a string', value => typeof value === 'string'],
  share: ['a number from 0 to 1', value => typeof value === 'number' && value >= 0 && value <= 1],
  times: ['a whole number from 1, or null', value => value === null || (isWhole(value) && value >= 1)],
  delayMs: ['a whole number from 0 to 600000', value => isWhole(value) && value <= 600_000],
  seed: ['a whole number from 0', isWhole],
}

/** The fault that JSON text asks for, or what is wrong with it, each field named. */
export function parseFault(text: string): { fault: Fault } | { message: string } {
  const given = parseObject(text)
  if (given === undefined) return { message: 'Send a JSON object such as {"kind": "lose", "share": 0.1}.' }
  const wanted: Record<string, unknown> = { ...DEFAULTS, ...given }
  const unknown = Object.keys(given).filter(field => !Object.hasOwn(CHECKS, field))
  const wrong = Object.entries(CHECKS)
    .filter(([field, [, holds]]) => !holds(wanted[field]))
    .map(([field, [rule]]) => `${field} must be ${rule}`)
  const faults = [...unknown.map(field => `${field} is not known`), ...wrong]
  if (faults.length > 0) return { message: `${faults.join('; ')}.` }
  return { fault: wanted as Fault }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
