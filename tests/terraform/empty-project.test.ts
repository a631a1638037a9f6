import { expect, test } from '@jest/globals'
import { parseModule, readModule, type TerraformModule } from './hcl/read-module.ts'
import { restsOn } from './hcl/rests-on.ts'

const cloud = await readModule('cloud')

const API = 'google_project_service.api'

/** What Google makes nothing for: `random_password`, data, and the APIs themselves. */
const isMade = (address: string): boolean => address.startsWith('google_') && address !== API

/** Resources that Terraform may make while their API is still off. */
const tooEarly = (module: TerraformModule): string[] =>
  [...module.resources.keys()].filter(isMade).filter(address => !restsOn(module, address).has(API))

test('makes nothing before the APIs of an empty project are on', () => {
  expect(tooEarly(cloud)).toEqual([])
})

test('a resource that does not wait for the APIs is seen', async () => {
  const module = await parseModule('early', {
    'main.tf': `
resource "google_project_service" "api" {}
locals {
  network = google_compute_network.late.id
}
resource "google_compute_network" "late" {
  depends_on = [google_project_service.api]
}
resource "google_compute_router" "late" {
  network = local.network
}
resource "google_service_account" "early" {}
`,
  })
  expect(tooEarly(module)).toEqual(['google_service_account.early'])
})
