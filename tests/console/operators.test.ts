import './cases/dead-letters.ts'
import './cases/hostile-text.ts'
import './cases/money.ts'
