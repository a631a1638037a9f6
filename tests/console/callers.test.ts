import './cases/keyboard.ts'
import './cases/scopes.ts'
import './cases/sign-in.ts'
