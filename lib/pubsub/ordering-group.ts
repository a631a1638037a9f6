import { crc32 } from 'node:zlib'

/**
 * The ordering group of a source account: the Pub/Sub key its transactions travel under. Stable for a given
 * number of groups; stored with each transaction, so that changing the number strands none.
 */
export function orderingGroupOf(sourceAccountId: string, groups: number): number {
  return crc32(sourceAccountId) % groups
}
