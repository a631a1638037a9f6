import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

const SCRIPT = fileURLToPath(new URL('./support/end-child.ts', import.meta.url))

test('waits for the end of a child although there is nothing else to wait for', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT])
  expect(stdout).toBe('it has ended\n')
})
