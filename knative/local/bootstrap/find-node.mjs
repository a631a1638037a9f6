import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BootstrapError } from './bootstrap-error.mjs'

const LEAST_MAJOR = 24

/**
 * A Node.js of version 24 or later: the running one, or the one that comes among the packages on Linux. Where
 * neither can be, that is said before anything is installed.
 *
 * @param {{ version: string, platform: string, arch: string, execPath: string }} running
 * @param {string} root
 * @param {() => Promise<void>} install puts the packages in place
 * @returns {Promise<string>} the path of the program
 */
export async function findNode(running, root, install) {
  const major = Number.parseInt(running.version.slice(1), 10)
  if (major >= LEAST_MAJOR) {
    await install()
    return running.execPath
  }
  if (running.platform !== 'linux' || !['x64', 'arm64'].includes(running.arch)) throw noNode(running)
  await install()
  const packaged = join(root, `node_modules/node-linux-${running.arch}/bin/node`)
  // The package is optional to npm, which goes on without it when its download fails.
  if (!existsSync(packaged))
    throw noNode(running, '  or remove node_modules and start again, to fetch it with the packages')
  return packaged
}

/**
 * @param {{ version: string }} running
 * @param {string[]} more
 */
function noNode(running, ...more) {
  return new BootstrapError(
    [
      `Settle runs on Node.js ${LEAST_MAJOR}; this is ${running.version}. Install it and start again, for example:`,
      `  nvm install ${LEAST_MAJOR}      (https://github.com/nvm-sh/nvm)`,
      `  brew install node@${LEAST_MAJOR}`,
      '  or from https://nodejs.org/en/download',
      ...more,
    ].join('\n'),
  )
}
