/** A place of a line, both from 0 to 1; `y` is undefined where nothing is known. */
export type Place = { readonly x: number; readonly y: number | undefined }

/** The path of a stepped line in a box of this size: each value holds until the next. */
export function stepPath(places: readonly Place[], width: number, height: number): string {
  const parts: string[] = []
  let isDrawing = false
  for (const { x, y } of places) {
    const [left, top] = [round(x * width), y === undefined ? 0 : round((1 - y) * height)]
    if (y === undefined) isDrawing = false
    else parts.push(isDrawing ? `H${left}V${top}` : `M${left} ${top}`)
    isDrawing = y !== undefined
  }
  return parts.join('')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
