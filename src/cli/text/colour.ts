import { styleText } from 'node:util'

export type Style = 'plain' | 'strong' | 'faint' | 'good' | 'bad' | 'doubt' | 'busy' | 'alarm'
export type Paint = (style: Style, text: string) => string

type Formats = Exclude<Parameters<typeof styleText>[0], string>
const FORMATS: Readonly<Record<Exclude<Style, 'plain'>, Formats>> = {
  strong: ['bold'],
  faint: ['dim'],
  good: ['green'],
  bad: ['red'],
  doubt: ['bold', 'yellow'],
  busy: ['cyan'],
  alarm: ['bold', 'white', 'bgRed'],
}

const PAINTED: Paint = (style, text) =>
  style === 'plain' || text === '' ? text : styleText(FORMATS[style], text, { validateStream: false })
export const UNPAINTED: Paint = (_style, text) => text

/** Colour on a terminal only, and never where somebody asked for none. */
export const paintFor = (isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint =>
  isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb' ? PAINTED : UNPAINTED
