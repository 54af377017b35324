import type { Style } from '../text/colour.ts'

const MODES: Readonly<Record<string, { readonly text: string; readonly style: Style }>> = {
  paper: { text: 'PAPER - play money', style: 'good' },
  dry_run: { text: 'DRY RUN - decides and logs, sends nothing', style: 'doubt' },
  live: { text: 'LIVE - REAL MONEY', style: 'alarm' },
}

/** Nobody may have to guess whether this is real money. */
export const modeWords = (mode: string): { readonly text: string; readonly style: Style } =>
  MODES[mode] ?? { text: mode.toUpperCase(), style: 'alarm' }
