import { invalidArgument } from './service-error.ts'
import type { FieldMask } from './wire.ts'

/** The fields of a message inside a resource, each as it is when unset, {} for a map; a message in turn has its own. */
type MessageFields = { readonly [field: string]: MessageFields | string | number | boolean }

/**
 * Which fields of a resource an update may name: false where creation fixes it, true where it may be changed as a whole
 * only, as maps and lists are (google.protobuf.FieldMask), and the fields of a message where a path may go inside it.
 */
type UpdatableFields = Readonly<Record<string, boolean | MessageFields>>

/** What updates which kind of resource, for the errors. */
export type UpdateKind = {
  readonly request: string
  readonly resource: string
  readonly fields: UpdatableFields
}

/**
 * The resource with the fields the mask names taken from `wanted`; a path may go inside a field, `retry_policy.minimum_backoff`.
 * Throws INVALID_ARGUMENT for an empty mask, and for a field that is unknown or fixed at creation.
 */
export function applyMask<Resource extends object>(
  current: Resource,
  wanted: Resource,
  mask: FieldMask | null,
  kind: UpdateKind,
): Resource {
  const paths = mask?.paths ?? []
  if (paths.length === 0) {
    throw invalidArgument(
      `The update_mask in the ${kind.request} must be set, and must contain a non-empty paths list.`,
    )
  }
  let next: object = current
  for (const path of paths) {
    checkUpdatable(path, kind)
    next = withPath(next, wanted, kind.fields, path.split('.'))
  }
  return next as Resource
}

function checkUpdatable(path: string, { request, resource, fields }: UpdateKind): void {
  const [field = '', ...inside] = path.split('.')
  const updatable = own(fields, field)
  if (updatable === false) {
    throw invalidArgument(
      `Invalid update_mask provided in the ${request}: the '${field}' field in the ${resource} is not mutable.`,
    )
  }
  let found: unknown = updatable
  for (const part of inside) found = own(found, part)
  if (found === undefined) {
    throw invalidArgument(
      `Invalid update_mask provided in the ${request}: '${path}' is not a known ${resource} field. Note that field paths must be of the form 'push_config' rather than 'pushConfig'.`,
    )
  }
}

/**
 * A copy of `target` with the value that `source` has at the path. A message that is missing on the way counts as one
 * with every field unset, or the result would lack fields that everything after this relies on.
 */
function withPath(
  target: unknown,
  source: unknown,
  fields: object,
  [part = '', ...inside]: readonly string[],
): object {
  const field = toCamelCase(part)
  const base = target ?? unset(fields)
  const value = own(source ?? unset(fields), field) ?? null
  const fieldsInside = own(fields, part)
  if (inside.length === 0 || !isMessage(fieldsInside)) return { ...base, [field]: value }
  return { ...base, [field]: withPath(own(base, field), value, fieldsInside, inside) }
}

function unset(fields: object): object {
  const isMap = (value: object) => Object.keys(value).length === 0
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      toCamelCase(name),
      isMessage(value) && !isMap(value) ? null : value,
    ]),
  )
}

function isMessage(fields: unknown): fields is MessageFields {
  return typeof fields === 'object' && fields !== null
}

/** Never what every object inherits: a path may be `constructor`. */
function own(value: unknown, field: string): unknown {
  return isMessage(value) && Object.hasOwn(value, field) ? value[field] : undefined
}

function toCamelCase(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
