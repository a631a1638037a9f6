const BYTES: Readonly<Record<string, number>> = { Mi: 2 ** 20, Gi: 2 ** 30 }

/** Thousandths of a core, of an amount as Kubernetes writes it: `250m`, `1`, `0.5`. */
export function milliCores(text: string): number {
  return text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1000
}

/** Bytes of an amount as Kubernetes writes it: `512Mi`, `1Gi`. */
export function bytes(text: string): number {
  return Number(text.slice(0, -2)) * (BYTES[text.slice(-2)] ?? Number.NaN)
}
