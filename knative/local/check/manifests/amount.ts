/** `1`, `0.5` or `500m` as cores; NaN for anything else. */
export function coresOf(text: string): number {
  const [, amount, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(text) ?? []
  return Number(amount) / (milli === 'm' ? 1000 : 1)
}

/** `512Mi` or `1Gi` as GiB; NaN for anything else. */
export function gibOf(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(Mi|Gi)$/.exec(text) ?? []
  return Number(amount) / (unit === 'Mi' ? 1024 : 1)
}
