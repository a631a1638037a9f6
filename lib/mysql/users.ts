import type { Database } from './connect.ts'
import { identities } from './find-owned.ts'
import { fromSqlTime, toSqlTime } from './time.ts'

/** Who accounts belong to. The name is null for users of before users were created by request. */
export type User = { readonly userId: string; readonly name: string | null; readonly createdAt: string }

/** `createdBy` is the id of the caller that creates it. */
export type NewUser = { readonly userId: string; readonly name: string; readonly createdBy: string }

export type UsersQuery = {
  /** Only those that are this caller's; undefined is all. */
  readonly callerId: string | undefined
  readonly afterId: string
  readonly limit: number
}

type Row = { user_id: string; name: string | null; created_at: string }

const COLUMNS = 'user_id, name, created_at'

/** Stores a new user. Fails with a duplicate entry if the id is taken. */
export async function insertUser(
  db: Database,
  { userId, name, createdBy }: NewUser,
  now: Date,
): Promise<void> {
  await db.raw(`INSERT INTO users (${COLUMNS}, created_by) VALUES (?, ?, ?, ?)`, [
    userId,
    name,
    toSqlTime(now),
    Buffer.from(createdBy),
  ])
}

/** Reads a user; undefined if there is none. */
export async function findUser(db: Database, userId: string): Promise<User | undefined> {
  const [rows] = await db.raw(`SELECT ${COLUMNS} FROM users WHERE user_id = ?`, [userId])
  return rows.map(toUser)[0]
}

/** Reads the users behind an id, in order of id. */
export async function findUsers(db: Database, { callerId, afterId, limit }: UsersQuery): Promise<User[]> {
  // Two branches, each along an index of its own, where an OR would read every user.
  const [sql, values] =
    callerId === undefined
      ? [`SELECT ${COLUMNS} FROM users WHERE user_id > ?`, [afterId]]
      : [
          `SELECT ${COLUMNS} FROM users WHERE created_by = ? AND user_id > ?
            UNION SELECT ${COLUMNS} FROM users WHERE user_id = ? AND user_id > ?`,
          identities(callerId).flatMap(id => [id, afterId]),
        ]
  const [rows] = await db.raw(`${sql} ORDER BY user_id LIMIT ?`, [...values, limit])
  return rows.map(toUser)
}

function toUser(row: Row): User {
  return { userId: row.user_id, name: row.name, createdAt: fromSqlTime(row.created_at) }
}
