import { atLeast, notMeasured, type Row } from '../line.ts'

/** The audit log on against off. It has no switch, on purpose, so there is nothing to compare it with in the real program. */
export const audit: Row = {
  id: 'P7',
  measure: async () => [
    notMeasured(
      { row: 'P7', what: 'orders a second, audit log on against off', unit: '/s', goal: atLeast(0.93, '×') },
      'the audit log cannot be turned off',
    ),
  ],
}
