import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KEYS, type ListeningApi, listeningApi, orderOf, signal } from '../support/listening-api.ts'
import { needs, programPath } from '../support/needs.ts'

const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
let browser: Browser
const start = async () => {
  browser = await chromium.launch({ executablePath: programPath('chromium') ?? '', headless: true, args: BROWSER_ARGS })
}

interface Opened {
  readonly page: Page
  readonly complaints: string[]
  readonly asked: string[]
}
async function open(api: ListeningApi, path = '/'): Promise<Opened> {
  const page = await (await browser.newContext()).newPage()
  const complaints: string[] = []
  const asked: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text())
  })
  page.on('request', (one) => asked.push(one.url()))
  await page.goto(api.url + path)
  return { page, complaints, asked }
}
async function signIn(page: Page): Promise<void> {
  await page.fill('#key', KEYS.read)
  await page.click('button[type=submit]')
}

needs('chromium')('the page in a browser', () => {
  beforeAll(start)
  afterAll(() => browser.close())

  it('asks for a key, refuses a wrong one, and shows what is there with a right one', async () => {
    const api = await listeningApi()
    const { id } = orderOf(await api.send('/v1/signals', { json: signal() }))
    api.desk.work(id)
    api.desk.fill(id)
    const { page, complaints, asked } = await open(api)
    await page.fill('#key', 'wrong-key-0123456789')
    await page.click('button[type=submit]')
    await page.waitForSelector('.said:not(:empty)')
    await signIn(page)
    await page.waitForSelector('#last-orders td')
    expect(await page.textContent('#mode')).toBe('PAPER')
    expect(await page.textContent('#open-orders')).toContain('No order is open')
    expect(await page.textContent('#last-orders')).toContain('filled')
    expect(await page.textContent('#positions')).toContain('230.04')
    expect(await page.textContent('#accounts')).toContain('stream up')
    expect(complaints).toEqual([])
    expect(asked.filter((url) => !url.startsWith(api.url))).toEqual([])
    const kept = await page.evaluate(
      'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML])',
    )
    expect(kept).not.toContain(KEYS.read)
    await page.reload()
    await page.waitForSelector('#last-orders td')
  })
  it('cannot be missed when trading is halted', async () => {
    const api = await listeningApi()
    const { page } = await open(api)
    await signIn(page)
    await page.waitForSelector('#accounts .card')
    await api.send('/v1/halt', { json: { reason: 'prices look wrong' } })
    await page.waitForSelector('.notice.bad')
    expect(await page.textContent('#notices')).toMatch(/Trading is halted.*prices look wrong.*admin-desk/)
    expect(await page.title()).toMatch(/^■/)
  })
  it('shows text from outside as text', async () => {
    const api = await listeningApi()
    const { id } = orderOf(await api.send('/v1/signals', { json: signal() }))
    api.desk.work(id)
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    api.desk.happen(id, { kind: 'rejected', at: Date.parse('2026-03-02T14:31:00Z'), code: evil, reason: evil })
    const { page, complaints } = await open(api)
    await signIn(page)
    await page.waitForSelector('#last-orders td')
    expect(await page.textContent('#last-orders')).toContain('<img src=x')
    expect(await page.locator('#last-orders img, #last-orders script').count()).toBe(0)
    expect(await page.title()).toContain('PAPER')
    expect(complaints).toEqual([])
  })
  it('says so when the daemon stops answering, and asks for a key again after the logout', async () => {
    const api = await listeningApi()
    const { page } = await open(api)
    await signIn(page)
    await page.waitForSelector('#accounts .card')
    await page.route('**/v1/**', (route) => route.abort())
    await page.waitForSelector('body.stale')
    expect(await page.textContent('#notices')).toContain('does not answer')
    await page.unroute('**/v1/**')
    await page.waitForSelector('body:not(.stale)')
    await page.click('#sign-out')
    await page.waitForSelector('#key')
  })
  it('explains every call at /docs', async () => {
    const { page, complaints } = await open(await listeningApi(), '/docs')
    await signIn(page)
    await page.waitForSelector('#sendSignal')
    expect(await page.locator('article.call').count()).toBeGreaterThan(20)
    expect(await page.textContent('main')).toContain('risk.order_notional')
    expect(complaints).toEqual([])
  })
})
