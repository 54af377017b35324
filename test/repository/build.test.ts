import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ScratchProject } from '../support/scratch-project.ts'

const MAIN = `
import { twice } from './core/twice.ts'
import days from './core/days.json' with { type: 'json' }
const worker = new URL('./core/worker.ts', import.meta.url)
const { answer } = await import(worker.href)
console.log(JSON.stringify({ twice: twice(2), days, answer }))
`

const project = (): ScratchProject =>
  new ScratchProject()
    .linkModules()
    .copy('tools', 'bin', 'tsconfig.json', 'tsconfig.build.json')
    .write('package.json', '{"type":"module"}')
    .write('src/main.ts', MAIN)
    .write('src/core/twice.ts', 'export const twice = (n: number): number => n * 2\n')
    .write('src/core/worker.ts', 'export const answer: number = 42\n')
    .write('src/core/days.json', '{"closed":["2026-12-25"]}')
    .write('src/core/schema.sql', 'select 1')

describe('npm run build', () => {
  it('writes a dist that runs without the sources', async () => {
    const scratch = project()
    scratch.write('dist/left-over.js', '')
    expect(await scratch.run(['tools/build.ts'])).toMatchObject({ code: 0, stdout: '' })
    expect(existsSync(join(scratch.root, 'dist/left-over.js'))).toBe(false)
    expect(scratch.read('dist/core/twice.d.ts')).toContain('number')
    expect(existsSync(join(scratch.root, 'dist/core/schema.sql'))).toBe(true)
    scratch.remove('src')
    const { stdout } = await scratch.run(['bin/surefill.mjs'])
    expect(JSON.parse(stdout)).toEqual({ twice: 4, days: { closed: ['2026-12-25'] }, answer: 42 })
  })

  it('leaves no dist of sources that do not compile', async () => {
    const scratch = project().write('src/core/twice.ts', "export const twice: number = 'two'\n")
    expect((await scratch.run(['tools/build.ts'])).code).toBe(1)
    expect(existsSync(join(scratch.root, 'dist'))).toBe(false)
  })
})
