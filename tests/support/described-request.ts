import { type FoundOperation, type Parameter, resolve } from './contract/description.ts'

/** A request as the description shows it by example: one that a function would take from a caller who may. */
export type DescribedRequest = { readonly method: string; readonly path: string; readonly body: unknown }

export function describedRequest({ method, path, operation }: FoundOperation): DescribedRequest {
  const parameters = (operation.parameters ?? []).map(resolve<Parameter>)
  const text = (parameter: Parameter) => encodeURIComponent(String(parameter.example))
  const filled = parameters
    .filter(parameter => parameter.in === 'path')
    .reduce((whole, parameter) => whole.replace(`{${parameter.name}}`, text(parameter)), path)
  const query = parameters
    .filter(parameter => parameter.in === 'query' && parameter.required === true)
    .map(parameter => `${parameter.name}=${text(parameter)}`)
  const [media] = Object.values(operation.requestBody?.content ?? {})
  const [named] = Object.values(media?.examples ?? {})
  const body = media?.example ?? named?.value
  return { method, path: query.length > 0 ? `${filled}?${query.join('&')}` : filled, body }
}
