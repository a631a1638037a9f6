/** The groups of three digits of a decimal's whole part, the first of one to three, and the rest of it as it is written. */
export type MoneyText = {
  readonly sign: '' | '−'
  readonly groups: readonly string[]
  readonly fraction: string
}

/** Takes a decimal apart for the eye; put together again, it has the very digits that were sent. */
export function splitMoney(text: string): MoneyText {
  const [, minus = '', whole = text, fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? []
  return { sign: minus === '' ? '' : '−', groups: whole.match(/\d{1,3}(?=(\d{3})*$)/g) ?? [whole], fraction }
}

/** What is wrong with an amount as it was typed; undefined for one that the API would take. */
export function findAmountFault(text: string): string | undefined {
  if (text === '') return 'Enter an amount.'
  if (!/^\d+(\.\d+)?$/.test(text)) return 'Enter digits with a point, such as 30.25.'
  const [whole = '', fraction = ''] = text.split('.')
  if (fraction.length > 4) return 'At most four digits may follow the point.'
  if (whole.length > 15) return 'At most 15 digits may stand before the point.'
  if (/^0\d/.test(whole)) return 'Leave out the zeros at the front.'
  return /[1-9]/.test(text) ? undefined : 'Enter an amount greater than 0.'
}
