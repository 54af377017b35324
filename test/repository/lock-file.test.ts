import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => JSON.parse(readFileSync(`${root}/${path}`, 'utf8'))

interface Locked {
  version?: string
  resolved?: string
  integrity?: string
  link?: boolean
}
const locked: [string, Locked][] = Object.entries(read('package-lock.json').packages)
const manifests = ['package.json', ...globSync('src/*/package.json', { cwd: root })]

describe('the lock file', () => {
  it('names no address to download from, so that every registry and mirror serves it', () => {
    expect(locked.filter(([, { resolved = '' }]) => resolved.includes(':'))).toEqual([])
  })
  it('pins what is downloaded by its content', () => {
    const downloaded = locked.filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
    expect(downloaded.length).toBeGreaterThan(0)
    expect(downloaded.filter(([, { version, integrity }]) => !version || !integrity?.startsWith('sha512-'))).toEqual([])
  })
  it('agrees with package.json', () => {
    const { dependencies, devDependencies } = read('package.json')
    expect(locked[0]?.[1]).toMatchObject({ dependencies, devDependencies })
  })
})

describe.each(manifests)('%s', (path) => {
  it('names exact versions only', () => {
    const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = read(path)
    const all: [string, string][] = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([])
  })
})
