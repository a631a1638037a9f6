import { html, nothing, type TemplateResult } from './lit-html.js'
import { formatInstant, formatMoment } from './moments.ts'
import { splitMoney } from './money-text.ts'

/**
 * Money for the eye: the thousands stand apart by margins, so that what is read aloud, copied or searched is the digits as
 * they were sent.
 */
export function money(text: string, currency?: string): TemplateResult {
  const { sign, groups, fraction } = splitMoney(text)
  const digits = groups.map(group => html`<span class="thousand">${group}</span>`)
  const unit = currency === undefined ? nothing : html` <span class="currency">${currency}</span>`
  return html`<span class="money">${sign}${digits}${fraction}${unit}</span>`
}

/** A moment, with the day where it is not today, and all of it on pointing at it. */
export function moment(
  at: string,
  now: Date,
  precision: 'seconds' | 'milliseconds' = 'seconds',
): TemplateResult {
  const date = new Date(at)
  const text =
    precision === 'seconds'
      ? formatMoment(date, now)
      : `${formatMoment(date, now).slice(0, -8)}${formatInstant(date)}`
  return html`<time datetime=${at} title=${at}>${text}</time>`
}

/** An id, which may be 64 characters long and breaks anywhere. */
export function idText(id: string): TemplateResult {
  return html`<span class="id">${id}</span>`
}

export function idLink(id: string, address: string): TemplateResult {
  return html`<a class="id" href=${address}>${id}</a>`
}
