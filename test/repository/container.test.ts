import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('the image', () => {
  const lines = read('Dockerfile')
    .replace(/\\\n\s*/g, '')
    .split('\n')
  const final = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))
  const instruction = (word: string): string | undefined =>
    final.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1)

  it('holds what was built and the modules of production, on Node 26', () => {
    expect(lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1])).toEqual(
      Array(3).fill('node:26-slim'),
    )
    expect(lines).toContain('RUN npm ci --omit=dev --ignore-scripts')
    expect(final.filter((line) => line.startsWith('COPY '))).toEqual([
      'COPY package.json LICENSE ./',
      'COPY bin bin',
      'COPY --from=modules /modules/node_modules node_modules',
      'COPY --from=build /build/dist dist',
    ])
  })
  it('is reached from outside, and runs as nobody special', () => {
    expect(instruction('ENV')).toContain('SUREFILL_HOST=0.0.0.0')
    expect(instruction('EXPOSE')).toBe('4600')
    expect(instruction('USER')).toBe('node')
  })
  it('becomes node itself, so that it hears SIGTERM, and keeps its files to itself', () => {
    const [shell, , script] = JSON.parse(instruction('ENTRYPOINT') ?? '[]')
    expect(shell).toBe('/bin/sh')
    expect(script).toMatch(/^umask 077 && exec node .*bin\/surefill\.mjs "\$@"$/)
    expect(JSON.parse(instruction('CMD') ?? '[]')).toEqual(['start'])
  })
  it('asks the daemon whether it lives, on the port it was given', () => {
    const [command, , script] = JSON.parse(/CMD (\[.*\])/.exec(instruction('HEALTHCHECK') ?? '')?.[1] ?? '[]')
    expect(command).toBe('node')
    expect(script).toContain('/health/live')
    expect(script).toContain('process.env.PORT')
  })
  it('declares no volume, which some hosts refuse', () => {
    expect(lines.filter((line) => /^VOLUME\b/.test(line))).toEqual([])
  })
  it('is not sent secrets, data or history', () => {
    expect(read('.dockerignore').split('\n')).toEqual(
      expect.arrayContaining(['.git', '.env', 'data', 'logs', 'config.json', '**/node_modules']),
    )
  })
})

describe('the compose file', () => {
  const text = read('compose.yaml')
  it('has no version key and no tabs', () => {
    expect(text).not.toMatch(/^version:/m)
    expect(text).not.toContain('\t')
  })
  it('starts one service by default and two more with the profile', () => {
    const services = text.slice(text.indexOf('services:'), text.indexOf('\nvolumes:'))
    const blocks = services.split(/\n(?= {2}\w+:\n)/).slice(1)
    const profiles = blocks.map((block) => [block.trim().split(':')[0], block.includes('profiles: [scaled]')])
    expect(profiles).toEqual([
      ['surefill', false],
      ['postgres', true],
      ['rabbitmq', true],
    ])
    expect(services).toContain('image: postgres:15\n')
    expect(services).toContain('image: rabbitmq:3.13\n')
  })
  it('opens the port to this host alone and writes no password down', () => {
    expect(text).toContain("'127.0.0.1:4600:4600'")
    expect([...text.matchAll(/PASS(?:WORD)?: (.*)/g)].map(([, value]) => value)).toEqual([
      `\${POSTGRES_PASSWORD:-}`,
      `\${RABBITMQ_PASSWORD:-}`,
    ])
  })
  it('waits longer for the end than the daemon needs', () => {
    expect(Number(/stop_grace_period: (\d+)s/.exec(text)?.[1])).toBeGreaterThan(10)
  })
})
