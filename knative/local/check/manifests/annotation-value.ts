import { durationSeconds } from './duration.ts'

/** What an annotation may say. */
export type AnnotationValue = {
  /** As the table of README.md says it. */
  readonly bounds: string
  readonly isAllowed: (text: string) => boolean
}

/** A whole number from `min` up, or up to `max`. */
export function whole(min: number, max = Number.POSITIVE_INFINITY): AnnotationValue {
  const bounds = max === Number.POSITIVE_INFINITY ? `a whole number from ${min}` : `${min} to ${max}, whole`
  return { bounds, isAllowed: text => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max }
}

/** A number between bounds, both included. */
export function number(min: number, max: number): AnnotationValue {
  return { bounds: `${min} to ${max}`, isAllowed: text => within(text, min, max) }
}

/** A number of at least `min`. */
export function atLeast(min: number): AnnotationValue {
  return { bounds: `from ${min}`, isAllowed: text => within(text, min, Number.POSITIVE_INFINITY) }
}

/** -1, 0 or a positive number. */
export const burstCapacity: AnnotationValue = {
  bounds: '-1, 0 or more',
  isAllowed: text => text === '-1' || within(text, 0, Number.POSITIVE_INFINITY),
}

/** A duration in whole seconds, between bounds in seconds. */
export function duration(min: number, max: number): AnnotationValue {
  return {
    bounds: `${min}s to ${max}s, whole seconds`,
    isAllowed: text => {
      const seconds = durationSeconds(text)
      return seconds !== undefined && seconds >= min && seconds <= max
    },
  }
}

export function words(...allowed: readonly string[]): AnnotationValue {
  return { bounds: allowed.join(', '), isAllowed: text => allowed.includes(text) }
}

/** An amount of a resource, as Kubernetes writes it. */
export const amount: AnnotationValue = {
  bounds: 'such as 50m or 128Mi',
  isAllowed: text => /^[1-9]\d*(m|Mi|Gi)?$/.test(text),
}

/** JSON of which every element passes. */
export function jsonList(bounds: string, isElement: (element: unknown) => boolean): AnnotationValue {
  return {
    bounds,
    isAllowed: text => {
      try {
        const list: unknown = JSON.parse(text)
        return Array.isArray(list) && list.length > 0 && list.every(isElement)
      } catch {
        return false
      }
    },
  }
}

/** The e-mail of a service account of Google's. */
export const accountEmail: AnnotationValue = {
  bounds: 'NAME@PROJECT.iam.gserviceaccount.com',
  isAllowed: text => /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z0-9.-]+\.iam\.gserviceaccount\.com$/.test(text),
}

function within(text: string, min: number, max: number): boolean {
  return /^\d+(\.\d+)?$/.test(text) && Number(text) >= min && Number(text) <= max
}
