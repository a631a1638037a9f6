/** Writes a moment as DATETIME(6) in UTC, the session's time zone. */
export function toSqlTime(moment: Date): string {
  return moment.toISOString().replace('T', ' ').replace('Z', '000')
}

/** Reads a DATETIME(6) in UTC, as the driver returns it, as RFC 3339 with milliseconds. */
export function fromSqlTime(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, 23)}Z`
}
