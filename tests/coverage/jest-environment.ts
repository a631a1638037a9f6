import { takeCoverage } from 'node:v8'
import { TestEnvironment } from 'jest-environment-node'

/**
 * Has V8 write down what a test file ran, once its last test has ended: Jest ends its workers by a signal, which leaves a process
 * no time to write at its end. Processes that a test starts write by themselves.
 */
class CoveredEnvironment extends TestEnvironment {
  override async teardown(): Promise<void> {
    takeCoverage()
    await super.teardown()
  }
}

// biome-ignore lint/style/noDefaultExport: Jest takes the environment from the default export.
export default CoveredEnvironment
