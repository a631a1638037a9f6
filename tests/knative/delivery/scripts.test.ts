import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type DeliveryFolder, deliveryFolder } from '../../support/cloud-build/delivery-folder.ts'

const SCRIPTS = readdirSync(fileURLToPath(new URL('../../../knative/delivery', import.meta.url))).filter(
  name => name.endsWith('.sh'),
)

let folder: DeliveryFolder
beforeEach(async () => {
  folder = await deliveryFolder()
})
afterEach(() => folder.remove())

test.each(SCRIPTS)('%s called with too little says how it is used, and does nothing', async script => {
  for (const program of ['docker', 'gcloud', 'kubectl', 'terraform', 'npm', 'curl'])
    await folder.standIn(program, '')
  const { code, errors } = folder.run(script, [])
  expect(code).toBe(2)
  expect(errors).toMatch(new RegExp(`^usage: .*knative/delivery/${script} `))
  expect(folder.calls()).toEqual([])
})
