import { blocks, type Json, type TerraformModule } from './read-module.ts'

/**
 * A value by its way from a resource or a local, keys joined by blanks: `local.flags sync_binlog`,
 * `google_redis_instance.settle tier`. Of several blocks of one kind a number takes one, else it is the first.
 */
export function valueAt(module: TerraformModule, way: string): Json | undefined {
  const [address = '', ...keys] = way.split(' ')
  const from = address.startsWith('local.')
    ? module.locals.get(address.slice('local.'.length))
    : module.resources.get(address)
  return keys.reduce<Json | undefined>((value, key) => within(value, key), from)
}

function within(value: Json | undefined, key: string): Json | undefined {
  return /^\d+$/.test(key) ? blocks(value)[Number(key)] : blocks(value)[0]?.[key]
}
