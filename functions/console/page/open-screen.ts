import { AccountScreen } from './account-screen.ts'
import { DeadLetterScreen } from './dead-letter-screen.ts'
import { DeadLettersScreen } from './dead-letters-screen.ts'
import { FindScreen } from './find-screen.ts'
import { OverviewScreen } from './overview-screen.ts'
import { NoScreen, NotAllowed } from './refused-screen.ts'
import type { Route } from './route.ts'
import type { Desk, Screen } from './screen.ts'
import { may, type Scope } from './session.ts'
import { TestTransferScreen } from './test-transfer-screen.ts'
import { TransactionScreen } from './transaction-screen.ts'

/** What each screen asks of a token. */
const NEEDS: Readonly<Record<Route['screen'], Scope | undefined>> = {
  overview: 'ops',
  find: 'read',
  transaction: 'read',
  account: 'read',
  'dead-letters': 'ops',
  'dead-letter': 'ops',
  'test-transfer': 'transactions:write',
  nowhere: undefined,
}

/** Opens the screen of a route, or says why it is not shown. */
export function openScreen(route: Route, desk: Desk): Screen {
  const scope = NEEDS[route.screen]
  if (scope !== undefined && !may(desk.session, scope))
    return new NotAllowed(route.screen, scope, desk.session)
  switch (route.screen) {
    case 'overview':
      return new OverviewScreen(desk)
    case 'find':
      return new FindScreen(desk, route.id)
    case 'transaction':
      return new TransactionScreen(desk, route.id)
    case 'account':
      return new AccountScreen(desk, route.id)
    case 'dead-letters':
      return new DeadLettersScreen(desk, route.state)
    case 'dead-letter':
      return new DeadLetterScreen(desk, route.id)
    case 'test-transfer':
      return new TestTransferScreen(desk)
    case 'nowhere':
      return new NoScreen()
  }
}
