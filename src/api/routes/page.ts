import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Call, call } from '../call.ts'
import { PAGE_HEADERS } from '../security-headers.ts'

interface PageFile {
  readonly path: string
  readonly file: string
  readonly id: string
  readonly type: string
  readonly summary: string
}
const FILES: readonly PageFile[] = [
  { path: '/', file: 'index.html', id: 'getPage', type: 'text/html', summary: 'The page' },
  { path: '/docs', file: 'docs.html', id: 'getDocs', type: 'text/html', summary: 'This interface, readable' },
  { path: '/page/page.css', file: 'page.css', id: 'getPageStyle', type: 'text/css', summary: 'How the page looks' },
  {
    path: '/page/page.js',
    file: 'page.js',
    id: 'getPageScript',
    type: 'text/javascript',
    summary: 'What the page does',
  },
  { path: '/page/docs.js', file: 'docs.js', id: 'getDocsScript', type: 'text/javascript', summary: 'What /docs does' },
  {
    path: '/page/session.js',
    file: 'session.js',
    id: 'getSessionScript',
    type: 'text/javascript',
    summary: 'How it signs in',
  },
  { path: '/page/icon.svg', file: 'icon.svg', id: 'getIcon', type: 'image/svg+xml', summary: 'The sign of the page' },
]

/**
 * The page's own files, known by name and held in memory: no part of an address ever becomes part of a path. They hold
 * no data; what they show, they ask for with the session.
 */
export const pageCalls = (): readonly Call[] =>
  FILES.map(({ path, file, id, type, summary }) => {
    const text = readFileSync(new URL(`../page/${file}`, import.meta.url), 'utf8')
    const headers = {
      ...PAGE_HEADERS,
      'content-type': `${type}; charset=utf-8`,
      etag: `"${hash('sha256', text).slice(0, 16)}"`,
    }
    return call({
      method: 'GET',
      path,
      id,
      tag: 'Page',
      summary,
      access: 'public',
      answers: { 200: { what: 'A file.', mediaType: type, example: text.slice(0, 60) } },
      run: ({ request }) =>
        request.headers['if-none-match'] === headers.etag ? { status: 304, headers } : { status: 200, text, headers },
    })
  })
