/**
 * An amount of money in ten-thousandths of the currency's unit: 1 USD is `10_000n`. Never a JavaScript
 * `number`, which cannot hold 0.1 exactly nor count past 2^53.
 */
export type Money = bigint

/** The largest amount DECIMAL(19,4) holds: 999,999,999,999,999.9999. */
export const MAX_MONEY: Money = 9_999_999_999_999_999_999n

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/

/**
 * Reads a plain decimal such as `1000.50` or `-3`, exactly. Answers undefined for anything else: exponents,
 * a fifth decimal, a sixteenth digit before the point, signs other than a leading minus, spaces.
 */
export function parseMoney(text: string): Money | undefined {
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = ''] = match
  const magnitude = BigInt(whole + fraction.padEnd(4, '0'))
  return sign === '-' ? -magnitude : magnitude
}

/** Writes an amount as a decimal with two to four places: `1000.50`, `-0.0001`. `parseMoney` reads it back. */
export function formatMoney(money: Money): string {
  const digits = (money < 0n ? -money : money).toString().padStart(5, '0')
  const zeros = digits.endsWith('00') ? 2 : digits.endsWith('0') ? 1 : 0
  return `${money < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4, digits.length - zeros)}`
}
