import { findReferences } from './find-references.ts'
import type { Json, TerraformModule } from './read-module.ts'

/**
 * The addresses of everything that Terraform makes before this: what it refers to, itself or by way of locals, and what
 * those refer to, up to the end.
 */
export function restsOn(module: TerraformModule, address: string): Set<string> {
  const found = new Set<string>()
  const follow = (value: Json): void => {
    for (const [root = '', ...parts] of findReferences(value)) {
      const reached = addressOf(root, parts)
      if (found.has(reached)) continue
      found.add(reached)
      follow(bodyOf(module, root, reached))
    }
  }
  follow(module.resources.get(address) ?? null)
  return found
}

function addressOf(root: string, parts: readonly string[]): string {
  const length = root === 'data' || root === 'ephemeral' ? 2 : 1
  return [root, ...parts.slice(0, length)].join('.')
}

function bodyOf(module: TerraformModule, root: string, address: string): Json {
  if (root === 'local') return module.locals.get(address.replace('local.', '')) ?? null
  return module.resources.get(address) ?? null
}
