import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { USUAL_KEYS, USUAL_SWITCHES } from '../../../../src/simulator/faces/alpaca/alpaca-options.ts'
import { MISBEHAVIOUR_NAMES } from '../../../../src/simulator/faces/alpaca/misbehaviours.ts'
import { readScript } from '../../../../src/simulator/faces/alpaca/script.ts'

const PAGE = readFileSync(new URL('../../../../docs/simulator.md', import.meta.url), 'utf8')

describe('the page about the simulator', () => {
  it.each([...MISBEHAVIOUR_NAMES, ...Object.keys(USUAL_SWITCHES)])('names %s', (name) => {
    expect(PAGE).toContain(`\`${name}\``)
  })
  it('shows the keys that work', () => {
    expect(PAGE).toContain(USUAL_KEYS.keyId)
    expect(PAGE).toContain(USUAL_KEYS.secretKey)
    expect(PAGE).toContain(USUAL_KEYS.token)
  })
  it('shows a script that can be read', () => {
    const [, script = ''] = /```json\n([\s\S]*?)```/.exec(PAGE) ?? []
    expect(readScript(script)).toHaveLength(2)
  })
})
