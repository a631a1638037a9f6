import type { Change } from './session.ts'

/** What a COMMIT changed, in few words. */
export function describeChanges(changes: readonly Change[]): string {
  return changes.map(describeChange).join(', ')
}

function describeChange({ table, key, row }: Change): string {
  if (row === undefined) return `${table} ${key} gone`
  if (table === 'transactions') {
    const { transaction_id: id, status, reason, ordering_group: group } = row
    return `${id} ${[status, reason].filter(Boolean).join(' ')} (seq ${key}, group ${group})`
  }
  if (table === 'accounts') return `${key} ${row['balance']} (version ${row['version']})`
  return `${table} ${key}`
}
