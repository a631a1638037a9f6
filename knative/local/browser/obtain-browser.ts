import { aptInstall, findApt } from '../engines/apt.ts'
import { findPrograms } from '../engines/find-program.ts'
import type { Surroundings } from '../engines/surroundings.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
/** Debian's name for it. */
const PACKAGE = 'chromium'

/** There is no browser, and no right to install one. The message is what to do. */
class MissingBrowser extends Error {
  constructor(cause?: unknown) {
    super(
      'No Chromium or Chrome on this machine: install one (sudo apt-get install --no-install-recommends chromium), or set CHROMIUM_PATH to one.',
      cause === undefined ? undefined : { cause },
    )
    this.name = 'MissingBrowser'
  }
}

/**
 * Finds a browser in this order: CHROMIUM_PATH, installed, installed now by apt-get (as root only).
 * Throws `MissingBrowser` when there is none then.
 */
export async function obtainBrowser(surroundings: Surroundings): Promise<string> {
  const { env, places } = surroundings
  const given = env['CHROMIUM_PATH']
  if (given) return given
  const installed = findPrograms(NAMES, places)[0]
  if (installed !== undefined) return installed
  const apt = findApt(surroundings)
  if (apt === undefined) throw new MissingBrowser()
  await aptInstall(apt, [PACKAGE], surroundings).catch(error => {
    throw new MissingBrowser(error)
  })
  const fetched = findPrograms(NAMES, places)[0]
  if (fetched === undefined) throw new MissingBrowser()
  return fetched
}
