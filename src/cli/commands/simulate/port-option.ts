import { Option } from 'commander'
import { wholeNumber } from '../../option-values.ts'

const HIGHEST_PORT = 65_535

export const portOption = (flags: string, says: string): Option =>
  new Option(flags, `${says}; 0 takes a free port`).argParser(wholeNumber(0, HIGHEST_PORT))
