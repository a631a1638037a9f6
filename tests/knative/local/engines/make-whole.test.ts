import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { makeWhole } from '../../../../knative/local/engines/make-whole.ts'
import { ownFolder } from '../../../support/private-engines.ts'

let folder: string
let target: string

beforeEach(async () => {
  folder = await ownFolder('whole')
  target = join(folder, 'data')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const fillWith = (text: string) => async (unfinished: string) => {
  await mkdir(unfinished)
  await writeFile(join(unfinished, text), '')
}

test('a directory whose filling fails is not there at all', async () => {
  const fail = async (unfinished: string) => {
    await fillWith('half')(unfinished)
    throw new Error('disk full')
  }
  await expect(makeWhole(target, fail)).rejects.toThrow('disk full')
  expect(await readdir(folder)).toEqual([])
})

test('what a dead process left half done is removed and made anew', async () => {
  // No process has this id: the highest there can be is 4,194,304.
  await mkdir(join(folder, 'data.unfinished-4194305-x'))
  await makeWhole(target, fillWith('whole'))
  expect(await readdir(folder)).toEqual(['data'])
  expect(await readdir(target)).toEqual(['whole'])
})

test('what a living process is filling is left alone', async () => {
  const other = `data.unfinished-${process.ppid}-x`
  await mkdir(join(folder, other))
  await makeWhole(target, fillWith('whole'))
  expect(await readdir(folder)).toEqual(['data', other])
})

test('of two that are made at once one is kept whole', async () => {
  const both = Promise.withResolvers<void>()
  let begun = 0
  const meet = (text: string) => async (unfinished: string) => {
    await fillWith(text)(unfinished)
    begun += 1
    if (begun === 2) both.resolve()
    await both.promise
  }
  await Promise.all([makeWhole(target, meet('one')), makeWhole(target, meet('two'))])
  expect(await readdir(folder)).toEqual(['data'])
  expect(await readdir(target)).toHaveLength(1)
})

test('a directory that is there is not filled again', async () => {
  await makeWhole(target, fillWith('first'))
  await makeWhole(target, () => Promise.reject(new Error('filled again')))
  expect(await readdir(target)).toEqual(['first'])
})
