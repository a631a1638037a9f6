import { durationSeconds } from './duration.ts'
import type { Complaint } from './fault.ts'
import type { Service } from './service.ts'

const METRICS: Readonly<Record<string, readonly string[]>> = {
  'kpa.autoscaling.knative.dev': ['concurrency', 'rps'],
  'hpa.autoscaling.knative.dev': ['cpu', 'memory'],
}

/** What must hold between the annotations of a Service that say how it scales. Each by itself is right already. */
export function scaleFaults({ spec: { template } }: Service): Complaint[] {
  const { annotations } = template.metadata
  const text = (name: string) => annotations[`autoscaling.knative.dev/${name}`]
  const value = (name: string) => (text(name) === undefined ? undefined : Number(text(name)))
  const faults: Complaint[] = []
  const complain = (name: string, message: string) =>
    faults.push([`spec.template.metadata.annotations.[autoscaling.knative.dev/${name}]`, message])

  const [min, max] = [value('minScale'), value('maxScale')]
  if (min === undefined) complain('minScale', 'is missing')
  if (max === undefined)
    complain('maxScale', 'is missing: without it nothing bounds the connections to the database')
  if (min === undefined || max === undefined) return faults
  if (min > max) complain('minScale', `must be at most maxScale: ${min} is more than ${max}`)
  const activation = value('activation-scale')
  if (activation !== undefined && (activation < min || activation > max)) {
    complain(
      'activation-scale',
      `must be from minScale to maxScale: ${activation} is not from ${min} to ${max}`,
    )
  }
  const initial = value('initial-scale')
  if (initial !== undefined && initial > max) {
    complain('initial-scale', `must be at most maxScale: ${initial} is more than ${max}`)
  }
  faults.push(...targetFaults(template.spec.containerConcurrency, text))
  return faults
}

function targetFaults(concurrency: number, text: (name: string) => string | undefined): Complaint[] {
  const place = (name: string) => `spec.template.metadata.annotations.[autoscaling.knative.dev/${name}]`
  const faults: Complaint[] = []
  const kind = text('class') ?? 'kpa.autoscaling.knative.dev'
  const metric = text('metric')
  if (metric !== undefined && METRICS[kind]?.includes(metric) === false) {
    faults.push([
      place('metric'),
      `must be ${METRICS[kind].join(' or ')} with the class ${kind}; it is "${metric}"`,
    ])
  }
  const target = text('target')
  const isConcurrency = kind.startsWith('kpa.') && (metric ?? 'concurrency') === 'concurrency'
  if (isConcurrency && target !== undefined && Number(target) > concurrency) {
    const more = `${target} is more than ${concurrency}, so it would never be reached`
    faults.push([place('target'), `must be at most containerConcurrency: ${more}`])
  }
  const seconds = durationSeconds(text('window') ?? '60s') ?? 60
  const panic = (seconds * Number(text('panic-window-percentage') ?? 10)) / 100
  if (panic < 1) {
    const share = `${panic} s of a window of ${seconds} s`
    faults.push([
      place('panic-window-percentage'),
      `must make a window of 1 s or more, Knative's measure; it makes ${share}`,
    ])
  }
  return faults
}
