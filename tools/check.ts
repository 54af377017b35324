import { LINT, runSteps, TIDY, TYPES } from './run-steps.ts'

const { failed } = await runSteps([TYPES, LINT, TIDY])
process.exitCode = failed === 0 ? 0 : 1
