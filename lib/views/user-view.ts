import type { User } from '../mysql/users.ts'

/** A user as callers see it. */
export function userView({ userId, name, createdAt }: User): Record<string, unknown> {
  return { userId, ...(name !== null && { name }), createdAt }
}
