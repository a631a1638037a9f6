import { SingleBar } from 'cli-progress'

export type Progress = {
  begin(what: string): void
  /** What was begun is done. */
  done(result: string): void
  stop(): void
}

/** Shows which measurement runs, on stderr: a bar in a terminal, elsewhere a line for each that is done. */
export function showMeasurements(total: number, stream = process.stderr): Progress {
  return stream.isTTY ? showBar(total, stream) : showLines(total, stream)
}

function showBar(total: number, stream: NodeJS.WriteStream): Progress {
  const format = '{bar} {value}/{total} measured{last}; now {what}'
  const bar = new SingleBar({ format, hideCursor: true, stream })
  let current = ''
  bar.start(total, 0, { what: '', last: '' })
  return {
    begin: what => {
      current = what
      bar.update({ what })
    },
    done: result => bar.increment({ last: `, last ${current}: ${result}` }),
    stop: () => bar.stop(),
  }
}

function showLines(total: number, stream: NodeJS.WriteStream): Progress {
  let current = ''
  let measured = 0
  return {
    begin: what => {
      current = what
    },
    done: result => {
      measured += 1
      stream.write(`${measured} of ${total}: ${current}: ${result}\n`)
    },
    stop: () => undefined,
  }
}
