import { freePort } from './free-port.ts'
import { type EnginePlan, PrivateEngine } from './private-engine.ts'
import { StartFailure } from './start-failure.ts'

const ATTEMPTS = 3

/**
 * Starts an engine on a free port. Between choosing a port and binding it another program may take it; then
 * the next one is tried.
 */
export async function startOnFreePort(plan: (port: number) => EnginePlan): Promise<PrivateEngine> {
  for (let attempt = 1; ; attempt += 1) {
    const engine = new PrivateEngine(plan(await freePort()))
    try {
      await engine.start()
      return engine
    } catch (error) {
      if (!(error instanceof StartFailure && error.portTaken) || attempt === ATTEMPTS) throw error
    }
  }
}
