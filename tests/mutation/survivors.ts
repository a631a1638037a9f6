import { isSeen, type Mutant, scoreOf } from './mutants.ts'

/** Why no test can, or need, see a mutant. */
export type Reason = Pick<Mutant, 'file' | 'code' | 'becomes'> & { readonly why: string }

const LEAST_SCORE = 85

/** Mutants that may live; the command fails for any other, and for a reason that is not needed any more. */
export const REASONS: readonly Reason[] = [
  {
    file: 'lib/ledger/books.ts',
    code: 'credit !== undefined',
    becomes: 'true',
    why: 'The same: undefined is less than no number. Types want the question.',
  },
  {
    file: 'lib/ledger/books.ts',
    code: 'credit < seq',
    becomes: 'credit <= seq',
    why: 'The same: no two transactions have one `seq`.',
  },
  {
    file: 'lib/ledger/money.ts',
    code: "''",
    becomes: '"Stryker was here!"',
    why: 'Never used: what matches has digits before the point. Types want a default.',
  },
  {
    file: 'lib/ledger/money.ts',
    code: 'money < 0n',
    becomes: 'money <= 0n',
    why: 'The same: zero is its own negative.',
  },
]

type Survivor = { readonly mutant: Mutant; readonly reason: Reason | undefined }

/** The survivors, each with its reason. A reason is for one alone, so that it hides no other of the same look. */
export function explainSurvivors(mutants: readonly Mutant[], reasons: readonly Reason[]): Survivor[] {
  const left = new Set(reasons)
  return mutants
    .filter(mutant => !isSeen(mutant))
    .map(mutant => {
      const reason = [...left].find(candidate => isFor(candidate, mutant))
      if (reason) left.delete(reason)
      return { mutant, reason }
    })
}

function isFor({ file, code, becomes }: Reason, mutant: Mutant): boolean {
  return file === mutant.file && code === mutant.code && becomes === mutant.becomes
}

/** What is not as it should be: the score, a survivor that nobody has explained, a reason without a survivor. */
export function findFaults(mutants: readonly Mutant[], reasons: readonly Reason[]): string[] {
  const survivors = explainSurvivors(mutants, reasons)
  const score = scoreOf(mutants)
  const unexplained = survivors.filter(({ reason }) => reason === undefined)
  const unneeded = reasons.filter(reason => !survivors.some(survivor => survivor.reason === reason))
  return [
    ...(score >= LEAST_SCORE
      ? []
      : [`the score is ${score.toFixed(2)} %, and ${LEAST_SCORE} % is the least`]),
    ...unexplained.map(
      ({ mutant: { file, line, code, becomes } }) =>
        `${file}:${line} no test sees that ${code} becomes ${becomes}`,
    ),
    ...unneeded.map(
      ({ file, code, becomes }) => `${file}: no survivor needs a reason why ${code} may become ${becomes}`,
    ),
  ]
}
