import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type DeliveryFolder, deliveryFolder } from '../../support/cloud-build/delivery-folder.ts'

let folder: DeliveryFolder
beforeEach(async () => {
  folder = await deliveryFolder()
  for (const module of ['cloud', 'scaling']) await folder.write(`terraform/${module}/versions.tf`, '')
})
afterEach(() => folder.remove())

const check = () => folder.run('check-terraform.sh', ['terraform'])

test('validates and tests every module, and lets none reach its state', async () => {
  await folder.standIn('terraform', '')
  expect(check().code).toBe(0)
  expect(folder.calls()).toEqual([
    'terraform fmt -check -recursive -diff',
    ...['cloud', 'scaling'].flatMap(module => [
      `terraform -chdir=${module}/ init -input=false -backend=false`,
      `terraform -chdir=${module}/ validate`,
      `terraform -chdir=${module}/ test`,
    ]),
  ])
})

test.each(['fmt', 'init', 'validate', 'test'])('fails where terraform %s does', async command => {
  await folder.standIn('terraform', `case " $* " in *' ${command} '*) exit 3 ;; esac`)
  expect(check().code).not.toBe(0)
  expect(folder.calls().at(-1)).toContain(` ${command}`)
})
