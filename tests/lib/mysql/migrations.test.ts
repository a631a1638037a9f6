import { readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const FOLDER = new URL('../../../lib/mysql/migrations/', import.meta.url)

test.each(readdirSync(FOLDER))('%s takes nothing back, and says what to do instead', async name => {
  const { down } = await import(new URL(name, FOLDER).href)
  await expect(down()).rejects.toThrow(/(restore a backup|put an older version beside them) instead$/)
})
