import { join } from 'node:path'
import { requestCallerToken } from '../../knative/local/caller-issuer.ts'
import { type Stack, startStack } from '../../knative/local/stack.ts'
import { nameProfiles, startProfiled } from './cpu-profile.ts'

export type BenchStack = Stack & { readonly token: string }

export type StackPlan = {
  readonly folder: string
  readonly mysqlUrl: string
  readonly redisUrl: string
  /** Where profiles go, and what theirs begin with. */
  readonly cpuProf: string | undefined
  readonly name: string
}

/** The whole of Settle as `npm start` runs it, in processes of its own, on a database of its own. */
export async function startBenchStack({ cpuProf, name, folder, ...urls }: StackPlan): Promise<BenchStack> {
  const stack = await startProfiled(cpuProf, () =>
    startStack({ folder: join(folder, 'stack'), port: 0, ...urls }),
  )
  const pids = new Map(
    [...stack.pools].flatMap(([pool, { instances }]) =>
      instances.map(({ child }, index) => [child.pid, `${name}-${pool}-${index + 1}`] as const),
    ),
  )
  const close = async () => {
    await stack.close()
    if (cpuProf !== undefined) nameProfiles(cpuProf, pids, `${name}-pubsub`)
  }
  try {
    return { ...stack, close, token: await requestCallerToken(stack.issuer.url) }
  } catch (error) {
    await close()
    throw error
  }
}
