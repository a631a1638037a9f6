/** What of a Cloud Build configuration we use. Source: the REST reference of `projects.builds`. */
export type Build = {
  readonly serviceAccount: string
  readonly substitutions: Readonly<Record<string, string>>
  readonly availableSecrets: {
    readonly secretManager: readonly { readonly versionName: string; readonly env: string }[]
  }
  readonly steps: readonly Step[]
  readonly images: readonly string[]
  readonly timeout: string
  readonly options: Readonly<Record<string, unknown>>
}

export type Step = {
  readonly id: string
  readonly name: string
  readonly entrypoint: string
  readonly args: readonly string[]
  readonly timeout: string
  readonly waitFor: readonly string[]
  readonly env?: readonly string[]
  readonly secretEnv?: readonly string[]
  readonly allowFailure?: boolean
}

const text = { type: 'string', minLength: 1 }
const texts = { type: 'array', items: text, minItems: 1 }
const duration = { type: 'string', pattern: '^[1-9][0-9]*s$' }
const strict = (properties: object, required = Object.keys(properties)) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})

// A tag with three numbers, or a digest: what is built today is built tomorrow.
const IMAGE = '^[a-z0-9./-]+(:[a-z.-]*[0-9]+\\.[0-9]+\\.[0-9]+[a-z0-9.-]*|@sha256:[0-9a-f]{64})$'

const step = strict(
  {
    id: { type: 'string', pattern: '^[a-z][a-z-]*$' },
    name: { type: 'string', pattern: IMAGE },
    entrypoint: { enum: ['sh', 'npm', 'gcloud'] },
    args: texts,
    timeout: duration,
    waitFor: texts,
    env: { type: 'array', items: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*=' }, minItems: 1 },
    secretEnv: texts,
    allowFailure: { const: true },
  },
  ['id', 'name', 'entrypoint', 'args', 'timeout', 'waitFor'],
)

/** JSON schema of the subset. Cloud Build knows more; what is not here has not been thought about. */
export const BUILD_SCHEMA = strict({
  serviceAccount: { type: 'string', pattern: '^projects/\\$PROJECT_ID/serviceAccounts/' },
  substitutions: {
    type: 'object',
    // Cloud Build's own rule for the names of one's own.
    propertyNames: { pattern: '^_[A-Z0-9_]+$' },
    additionalProperties: text,
  },
  availableSecrets: strict({
    secretManager: { type: 'array', minItems: 1, items: strict({ versionName: text, env: text }) },
  }),
  steps: { type: 'array', minItems: 1, items: step },
  images: texts,
  timeout: duration,
  options: strict({
    requestedVerifyOption: { const: 'VERIFIED' },
    logging: { const: 'CLOUD_LOGGING_ONLY' },
    machineType: { enum: ['E2_HIGHCPU_8', 'E2_HIGHCPU_32'] },
    dynamicSubstitutions: { const: true },
  }),
})
