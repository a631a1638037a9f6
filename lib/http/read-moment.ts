/**
 * Reads a text that the schema takes for a Timestamp; undefined for what no DATETIME can hold, and for leap seconds,
 * which are a date-time to the schema but not to a clock.
 */
export function readMoment(text: string): Date | undefined {
  const moment = new Date(text)
  return moment.getTime() >= Date.UTC(1001) && moment.getTime() < Date.UTC(9999) ? moment : undefined
}

/** What to say of a text that is none. */
export const NO_MOMENT = 'must be a date from the year 1001 to 9998 that exists'
