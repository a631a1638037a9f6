import type { KnipConfig } from 'knip'

/** What is started, or loaded by its path; everything else is reached from there. */
const ENTRIES = [
  // Of migrate.ts and the functions, tests and checks load `variables` by their names too.
  'functions/{start,migrate}.ts!',
  'functions/*/index.ts!',
  'functions/console/page/main.ts!',
  'knative/image/{compile-description,fill-compile-cache}.ts!',
  'knative/local/{start,check}.ts!',
  'knative/local/check/manifests/main.ts!',
  'knative/local/check/packages/check-*.ts!',
  'knative/local/pubsub/main.ts!',
  'loadgen/*.ts!',
]
/** With --production not one of these: so what only tests use is told from what is used. */
const TEST_ENTRIES = [
  'tests/simulation/simulate.ts',
  'tests/coverage/{coverage,jest-environment}.ts',
  'tests/mutation/{mutation,fixed-seed}.ts',
]

/** Used by its path, where no import names it. */
const USED_BY_PATH = [
  // Started by bootstrap.mjs and check.ts.
  '@biomejs/biome',
  'jest',
  // Read from where they lie: functions/status/documentation-routes.ts, tests/support/console/axe.ts,
  // tests/terraform/hcl/read-module.ts, tests/support/documented/find-diagram-faults.ts.
  'swagger-ui-dist',
  'axe-core',
  '@cdktn/hcl2json',
  '@mermaid-js/tiny',
]

/**
 * What Knip looks for: files, exports and packages that nothing uses. An export is used when another file imports it; with
 * --production, when one that is no test does, or its own file does.
 */
// biome-ignore lint/style/noDefaultExport: Knip takes its configuration so.
export default ({ production = false }: { production?: boolean }): KnipConfig => ({
  entry: production ? ENTRIES : [...ENTRIES, ...TEST_ENTRIES],
  project: ['{functions,lib,knative,loadgen}/**/*.{ts,mjs}!', 'tests/**/*.ts'],
  ignoreExportsUsedInFile: production,
  ignoreDependencies: USED_BY_PATH,
  // knex takes a migration whole, and finds `up` and `down` in it.
  ignoreIssues: { 'lib/mysql/migrations/*.ts': ['exports', 'nsExports'] },
})
