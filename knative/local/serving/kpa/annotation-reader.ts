const GROUP = 'autoscaling.knative.dev/'
const HOUR_SECONDS = 3600

/** These too go by a name in camel case (pkg/apis/autoscaling/register.go); the others have one name only. */
const ALSO_IN_CAMEL_CASE = new Set([
  ...['min-scale', 'max-scale', 'initial-scale', 'scale-down-delay', 'target-burst-capacity'],
  ...['panic-window-percentage', 'panic-threshold-percentage', 'target-utilization-percentage'],
  ...['scale-to-zero-pod-retention-period', 'metric-aggregation-algorithm'],
])

export type AnnotationReader = {
  /** Throws if the annotation says anything else. */
  only(name: string, value: string): void
  whole(name: string, fallback: number, min: number): number
  decimal(name: string, fallback: number, min: number, max?: number): number
  /** A duration such as `90s` or `1m30s`, of whole seconds, up to an hour. */
  seconds(name: string, fallback: number, min: number): number
}

/** Reads autoscaling annotations; every reading throws an Error that names the annotation if it cannot be so. */
export function annotationReader(annotations: Readonly<Record<string, string>>): AnnotationReader {
  const find = (name: string) =>
    annotations[GROUP + name] ??
    (ALSO_IN_CAMEL_CASE.has(name) ? annotations[GROUP + inCamelCase(name)] : undefined)
  const read = (name: string, fallback: number, parse: (text: string) => number, must: string): number => {
    const text = find(name)
    if (text === undefined) return fallback
    const value = parse(text)
    if (Number.isNaN(value)) throw new Error(`${GROUP}${name} ${text}: must be ${must}`)
    return value
  }
  const within = (value: number, min: number, max = Number.POSITIVE_INFINITY) =>
    value >= min && value <= max ? value : Number.NaN
  const bounds = (min: number, max?: number) =>
    max === undefined ? `of at least ${min}` : `from ${min} to ${max}`
  return {
    only: (name, value) => {
      const text = find(name)
      if (text !== undefined && text !== value)
        throw new Error(`${GROUP}${name} ${text}: only ${value} is known here`)
    },
    whole: (name, fallback, min) =>
      read(name, fallback, text => within(wholeOf(text), min), `a whole number ${bounds(min)}`),
    decimal: (name, fallback, min, max) =>
      read(name, fallback, text => within(decimalOf(text), min, max), `a number ${bounds(min, max)}`),
    seconds: (name, fallback, min) => {
      const parse = (text: string) => within(secondsOf(text), min, HOUR_SECONDS)
      return read(name, fallback, parse, `a duration in whole seconds from ${min}s to 1h`)
    },
  }
}

function inCamelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function wholeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}

function decimalOf(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
}

function secondsOf(text: string): number {
  if (text === '0') return 0
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text)
  if (parts === null || text === '') return Number.NaN
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map(part => Number(part ?? 0))
  return hours * HOUR_SECONDS + minutes * 60 + seconds
}
