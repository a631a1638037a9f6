/**
 * Seconds of a duration such as `90s`; undefined for anything else. Knative takes `1m30s` as well, but Terraform reads
 * the same files, and takes seconds alone.
 */
export function durationSeconds(text: string): number | undefined {
  return /^\d+s$/.test(text) ? Number(text.slice(0, -1)) : undefined
}
