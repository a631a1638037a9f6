import { gunzipSync } from 'node:zlib'

type Sent = { readonly data?: unknown; readonly attributes?: Readonly<Record<string, unknown>> | null }

/** The JSON of a message on `transaction-results`; a large one is compressed, and says so. */
export function resultsText({ data, attributes }: Sent): string {
  return attributes?.['content-encoding'] === 'gzip' ? gunzipSync(data as Buffer).toString() : String(data)
}
