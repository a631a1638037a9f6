import { ANNOTATIONS, type AnnotationLevel } from './annotations.ts'
import type { Platform } from './document.ts'
import type { Complaint } from './fault.ts'
import { didYouMean } from './likely-key.ts'

const READER = { base: 'Knative and Cloud Run', gke: 'Knative', 'cloud-run': 'Cloud Run' } as const

/** What is wrong with annotations: keys that nobody reads there, and values that are refused. */
export function annotationFaults(
  annotations: Readonly<Record<string, unknown>>,
  { platform, level, field }: { platform: Platform; level: AnnotationLevel; field: string },
): Complaint[] {
  const known = ANNOTATIONS.filter(one => one.level === level && one.platforms.includes(platform))
  return Object.entries(annotations).flatMap(([key, value]): Complaint[] => {
    const annotation = known.find(one => one.key === key)
    const place = `${field}.[${key}]`
    if (annotation === undefined) return [[place, unread(key, platform, level)]]
    const { bounds, isAllowed } = annotation.value
    // What is not text the schema has refused.
    if (typeof value !== 'string' || isAllowed(value)) return []
    return [[place, `must be ${bounds}; it is "${value}"`]]
  })
}

function unread(key: string, platform: Platform, level: AnnotationLevel): string {
  const elsewhere = ANNOTATIONS.find(one => one.key === key)
  if (elsewhere?.platforms.includes(platform) === false) {
    return `is for ${elsewhere.platforms.map(name => READER[name]).join(', ')}; ${READER[platform]} would not read it`
  }
  if (elsewhere !== undefined && elsewhere.level !== level) {
    return `stands in the metadata of the ${level}; it is read in that of the ${elsewhere.level} only`
  }
  const keys = ANNOTATIONS.filter(one => one.platforms.includes(platform)).map(one => one.key)
  return `is an annotation that nobody reads${didYouMean(key, keys)}`
}
