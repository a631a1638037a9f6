import { type Caller, mayUseEveryAccount } from '../../lib/auth/caller.ts'
import { NO_CURSOR, writeCursor } from '../../lib/http/cursor.ts'
import { cutPage } from '../../lib/http/cut-page.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { noUser } from '../../lib/http/not-found.ts'
import { invalidRequest, problem } from '../../lib/http/problem.ts'
import { readIdempotencyKey } from '../../lib/http/read-idempotency-key.ts'
import { readJsonBody } from '../../lib/http/read-json-body.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import { isDuplicateEntry } from '../../lib/mysql/errors.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { findUser, findUsers, insertUser, type NewUser, type User } from '../../lib/mysql/users.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'
import { userView } from '../../lib/views/user-view.ts'
import type { AccountParts } from './account-parts.ts'
import { newIdFor } from './new-id-for.ts'
import { readAfterId } from './read-after-id.ts'

const validate = validatorOf('UserRequest')

/** Creates a user, which is then the caller's. The same request again gives the same user. */
export async function postUser(
  parts: AccountParts,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const errors = validate(body.value)
  if (errors.length > 0) return invalidRequest(errors)
  const idempotency = readIdempotencyKey(request)
  if ('errors' in idempotency) return invalidRequest(idempotency.errors)
  const madeId = newIdFor('user', caller, idempotency.key) ?? parts.newId()
  const { userId = madeId, name } = body.value as { userId?: string; name: string }
  const user = await retry(parts, 'create user', () => store(parts, { userId, name, createdBy: caller.id }))
  return user.name === name && (await parts.ownership.ownsUser(caller, userId))
    ? { status: 201, body: userView(user) }
    : problem('user_exists', `userId ${userId} belongs to another user.`)
}

async function store({ db, now }: AccountParts, newUser: NewUser): Promise<User> {
  const { userId } = newUser
  try {
    await insertUser(db, newUser, now())
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error
  }
  const user = await findUser(db, userId)
  if (user === undefined) throw new Error(`user ${userId} was stored and is not there`)
  return user
}

export async function getUser(
  parts: AccountParts,
  { params }: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const { userId = '' } = params
  const isOwn = await parts.ownership.ownsUser(caller, userId)
  const user = isOwn ? await retry(parts, 'read user', () => findUser(parts.db, userId)) : undefined
  return user === undefined ? noUser(userId) : { status: 200, body: userView(user) }
}

const PARAMETERS = {
  cursor: { schema: 'Cursor', as: 'text' },
  limit: { schema: 'PageSize', as: 'integer' },
} as const

/** Lists the caller's users, in order of id. */
export async function listUsers(
  parts: AccountParts,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const read = readQuery(request.query, PARAMETERS)
  if ('errors' in read) return invalidRequest(read.errors)
  const { cursor, limit: size = 20 } = read.query
  const afterId = readAfterId('users', cursor)
  if (afterId === undefined) return invalidRequest([NO_CURSOR])
  const callerId = mayUseEveryAccount(caller) ? undefined : caller.id
  const found = await retry(parts, 'list users', () =>
    findUsers(parts.db, { callerId, afterId, limit: size + 1 }),
  )
  const { rows, last } = cutPage(found, size)
  const nextCursor = last && writeCursor('users', last.userId)
  return { status: 200, body: { users: rows.map(userView), nextCursor } }
}
