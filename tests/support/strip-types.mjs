import { stripTypeScriptTypes } from 'node:module'

/**
 * Takes the types out for Jest as Node does when it runs the sources: each becomes as much space. What a test runs is what
 * production runs, and every line and column is where the source has it. Plain JavaScript, because Jest loads it before
 * anything is transformed.
 *
 * @param {string} source
 * @returns {{ code: string }}
 */
const process = source => ({ code: stripTypeScriptTypes(source) })

// biome-ignore lint/style/noDefaultExport: Jest takes the transformer from the default export.
export default { process }
