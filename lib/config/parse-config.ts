/** One environment variable: how it is called, what it is for, and how its text is read. */
export type Variable<T> = {
  readonly name: string
  readonly about: string
  /** Unit of the value, where it has one: seconds, milliseconds, bytes. */
  readonly unit?: string
  /** The text that stands in for a variable that is not set. Without it, the variable is required. */
  readonly fallback?: string
  /** Reads the text, or says what it should have been. */
  readonly read: (text: string) => T | Fault
}

export type Fault = { readonly fault: string }
export type Environment = Readonly<Record<string, string | undefined>>
export type Config<V> = { readonly [K in keyof V]: V[K] extends Variable<infer T> ? T : never }

/** The configuration is wrong: the process must not start. The message lists every fault at once. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`configuration: ${faults.join('; ')}`)
    this.name = 'ConfigError'
  }
}

/**
 * Reads the declared variables from an environment. Pure: the same environment gives the same configuration.
 * `relations` states what must hold between values, as sentences that are true or reported.
 *
 * Throws ConfigError with all faults together.
 */
export function parseConfig<V extends Record<string, Variable<unknown>>>(
  variables: V,
  env: Environment,
  relations: (config: Config<V>) => Record<string, boolean> = () => ({}),
): Config<V> {
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [key, variable] of Object.entries(variables)) {
    // An empty variable is an unset one: deployments write VAR= for both.
    const text = env[variable.name] || variable.fallback
    if (text === undefined) {
      faults.push(`${variable.name} is not set (${variable.about})`)
      continue
    }
    const value = variable.read(text)
    if (isFault(value)) faults.push(`${variable.name} ${value.fault}`)
    else values[key] = value
  }
  if (faults.length > 0) throw new ConfigError(faults)
  const config = Object.freeze(values) as Config<V>
  const broken = Object.entries(relations(config)).filter(([, holds]) => !holds)
  if (broken.length > 0) throw new ConfigError(broken.map(([sentence]) => `${sentence} does not hold`))
  return config
}

function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'fault' in value
}
