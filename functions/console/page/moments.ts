const pad = (value: number, length = 2): string => String(value).padStart(length, '0')

/** The time of day where the reader is, to the second: `13:24:19`. */
export function formatClock(moment: Date): string {
  return `${pad(moment.getHours())}:${pad(moment.getMinutes())}:${pad(moment.getSeconds())}`
}

/** With milliseconds, for what happens within one second: `13:24:19.987`. */
export function formatInstant(moment: Date): string {
  return `${formatClock(moment)}.${pad(moment.getMilliseconds(), 3)}`
}

/** `2026-11-22`, where the reader is. */
function formatDay(moment: Date): string {
  return `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`
}

/** When something ends: the time of day alone, if it comes within a day. */
export function formatUntil(end: Date, now: Date): string {
  const clock = formatClock(end).slice(0, 5)
  return end.getTime() - now.getTime() < 86_400_000 ? clock : `${formatDay(end)} ${clock}`
}

/** The time of day of what is of today, and the day too of anything else. */
export function formatMoment(moment: Date, now: Date): string {
  const clock = formatClock(moment)
  return formatDay(moment) === formatDay(now) ? clock : `${formatDay(moment)} ${clock}`
}
