/** One event of a stream, as the HTML standard reads it. */
export type StreamedEvent = { readonly id: string; readonly event: string; readonly data: string }

/**
 * Reads server-sent events off text that comes in pieces. An `EventSource` would, but it sends no Authorization.
 * `take` answers the events that a piece completes.
 */
export class EventReader {
  #rest = ''
  #id = ''
  #event = ''
  #data: string[] = []

  take(piece: string): readonly StreamedEvent[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ''
    return lines.flatMap(line => this.#takeLine(line))
  }

  #takeLine(line: string): readonly StreamedEvent[] {
    if (line === '') return this.#dispatch()
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? []
    if (name === 'data') this.#data.push(value)
    else if (name === 'event') this.#event = value
    else if (name === 'id') this.#id = value
    return []
  }

  #dispatch(): readonly StreamedEvent[] {
    const [data, event] = [this.#data, this.#event]
    this.#data = []
    this.#event = ''
    return data.length === 0 ? [] : [{ id: this.#id, event: event || 'message', data: data.join('\n') }]
  }
}
