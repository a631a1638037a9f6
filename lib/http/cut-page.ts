/** One page of a list, and whether there is more. */
export type Page<T> = { readonly rows: readonly T[]; readonly last: T | undefined }

/** Cuts rows, read with one more than the page takes, to the page. `last` is there only if more rows follow it. */
export function cutPage<T>(rows: readonly T[], size: number): Page<T> {
  const page = rows.slice(0, size)
  return { rows: page, last: rows.length > size ? page.at(-1) : undefined }
}
