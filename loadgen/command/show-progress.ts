import { SingleBar } from 'cli-progress'

export type Progress = {
  /** One more is done. The note stands behind the figures, such as `0 mismatches`. */
  step(note?: string): void
  stop(): void
}

const LINE_EVERY_MILLISECONDS = 2000

/** Shows how far a command is, on stderr: a bar in a terminal, elsewhere a plain line every two seconds. */
export function showProgress(what: string, total: number, stream = process.stderr): Progress {
  const rate = rateSince(performance.now())
  return stream.isTTY ? showBar(what, total, rate, stream) : showLines(what, total, rate, stream)
}

function showBar(what: string, total: number, rate: Rate, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar({
    format: `{bar} {value}/{total} ${what}, {rate} a second{note}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream,
  })
  bar.start(total, 0, { rate: 0, note: '' })
  let done = 0
  return {
    step: note => {
      done += 1
      bar.update(done, { rate: rate(done), note: behind(note) })
    },
    stop: () => bar.stop(),
  }
}

function showLines(what: string, total: number, rate: Rate, stream: NodeJS.WriteStream): Progress {
  let done = 0
  let lineAt = performance.now()
  return {
    step: note => {
      done += 1
      if (performance.now() - lineAt < LINE_EVERY_MILLISECONDS) return
      lineAt = performance.now()
      stream.write(`${done} of ${total} ${what}, ${rate(done)} a second${behind(note)}\n`)
    },
    stop: () => undefined,
  }
}

function behind(note: string | undefined): string {
  return note === undefined ? '' : `, ${note}`
}

/** So many a second, since the moment given. */
type Rate = (done: number) => number

function rateSince(begin: number): Rate {
  return done => Math.round(done / Math.max(0.001, (performance.now() - begin) / 1000))
}
