/** Writes `config/config.schema.json` and `docs/configuration.md` from the one schema of the configuration. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { configJsonSchema } from '../src/config/json-schema.ts'
import {
  type BlockNode,
  CONFIG_TREE,
  type OptionNode,
  type SchemaNode,
  type VariantsNode,
} from '../src/config/schema-tree.ts'

const INTRO = `# Configuration

<!-- Generated from the schema by tools/generate-config-docs.ts; change the texts there. -->

Surefill reads \`config.json\` beside the working directory when it is there; \`--config FILE\` or \`SUREFILL_CONFIG\` names
another. Without a file it trades on the embedded paper venue. Every block is optional and every option has a default. An
invalid file is refused with all its mistakes at once; \`surefill check\` shows what is in force and where it came from.

- **Names** are the same in the file, in messages and in the code. An unknown key is refused with the nearest known one.
- **Durations** are texts (\`"500ms"\`, \`"15s"\`, \`"5m"\`, \`"2h"\`, \`"7d"\`) or milliseconds as a number.
- **Money, quantities, shares and percents** are plain decimals, as texts or as JSON numbers; no digit is ever lost.
- **Secrets** come from outside the file: \`"\${NAME}"\` takes an environment variable, \`"\${file:/path}"\` the content of a
  file. Both work inside any text; \`$\${\` stands for a plain \`\${\`. A secret written out in the file is refused in live mode.
- **Live mode** also needs \`"live": {"i_understand_this_trades_real_money": true}\`, six risk limits of your own, and
  accounts that are all live.
- \`"$schema": "./config/config.schema.json"\` at the top lets an editor complete and check the file.

## Environment

What the environment says wins over the file. An empty variable counts as not set.

| variable | stands for |
|---|---|
| \`SUREFILL_CONFIG\` | the file to read |
| \`SUREFILL_DATA_DIR\` · \`SUREFILL_LOG_DIR\` | \`data_dir\` · \`log_dir\` |
| \`SUREFILL_HOST\` · \`SUREFILL_PORT\`, else \`PORT\` | \`api.host\` · \`api.port\` |
| \`SUREFILL_LOG_LEVEL\` | \`logging.level\` |
| \`SUREFILL_API_KEY\` | one more API key, with every right, instead of the generated one |
| \`SUREFILL__BLOCK__KEY\` | any key by its path: \`SUREFILL__RISK__MAX_OPEN_ORDERS=50\`; values are JSON where they can be, else text |
`

interface Row {
  readonly key: string
  readonly type: string
  readonly fallback: string
  readonly meaning: string
}

export function configDocs(): string {
  const root = blockOf(CONFIG_TREE)
  const top = new Map([...root.keys].filter(([, node]) => node.kind === 'option'))
  const blocks = [...root.keys].filter(([, node]) => node.kind !== 'option')
  const sections = [
    `## Top level\n\n${table([...top].flatMap(([key, node]) => rowsOf(key, node)))}`,
    ...blocks.map(([key, node]) => section(key, node)),
  ]
  return `${[INTRO.trimEnd(), ...sections].join('\n\n')}\n`
}

function section(key: string, node: SchemaNode): string {
  const title = `## \`${key}\`\n\n${node.description}`
  if (node.kind === 'named' && node.value.kind === 'variants') return accountsSection(key, node.description, node.value)
  if (node.kind === 'block') return `${title}\n\n${table(rowsOfBlock(node, ''))}`
  throw new TypeError(`no section for ${key}`)
}

function accountsSection(key: string, description: string, node: VariantsNode): string {
  const variants = [...node.variants]
  const everywhere = [...(variants[0]?.[1].keys ?? [])].filter(([name, first]) =>
    variants.every(([, { keys }]) => name !== node.by && sameOption(keys.get(name), first)),
  )
  const common = new Set(everywhere.map(([name]) => name))
  const venue = {
    key: `\`${node.by}\``,
    type: variants.map(([name]) => `\`${name}\``).join(' · '),
    fallback: 'required',
  }
  const meaning = variants[0]?.[1].keys.get(node.by)?.description ?? ''
  const commonRows = [{ ...venue, meaning }, ...everywhere.flatMap(([name, inner]) => rowsOf(name, inner))]
  const perVenue = variants.map(([name, { keys }]) => {
    const own = [...keys].filter(([option]) => option !== node.by && !common.has(option))
    return `### venue \`${name}\`\n\n${table(own.flatMap(([option, inner]) => rowsOf(option, inner)))}`
  })
  return [`## \`${key}.NAME\``, description, table(commonRows), ...perVenue].join('\n\n')
}

const sameOption = (one: SchemaNode | undefined, other: SchemaNode): boolean =>
  one !== undefined && JSON.stringify(rowsOf('', one)) === JSON.stringify(rowsOf('', other))

function rowsOf(key: string, node: SchemaNode): Row[] {
  switch (node.kind) {
    case 'option':
      return [row(key, node.info.type, node)]
    case 'block':
      return isOverrides(node) ? [overridesRow(key, node)] : rowsOfBlock(node, `${key}.`)
    case 'named':
      return rowsOf(`${key}.NAME`, node.value).map((inner, index) =>
        index === 0 ? { ...inner, meaning: joined(node.description, inner.meaning) } : inner,
      )
    case 'list':
      if (node.item.kind === 'option') return [row(key, `list of: ${node.item.info.type}`, node)]
      return [row(key, 'list of blocks', node), ...rowsOf(`${key}[]`, node.item)]
    case 'variants':
      throw new TypeError('variants have a section of their own')
  }
}

const rowsOfBlock = (node: BlockNode, prefix: string): Row[] =>
  [...node.keys].flatMap(([key, inner]) => rowsOf(`${prefix}${key}`, inner))

/** Options that are documented elsewhere, with nothing of their own but the place. */
function isOverrides(node: BlockNode): boolean {
  const options = [...node.keys.values()].filter((inner): inner is OptionNode => inner.kind === 'option')
  return options.length > 2 && options.every((inner) => !inner.required && inner.fallback === undefined)
}

const overridesRow = (key: string, node: BlockNode): Row => ({
  key: `\`${key}\``,
  type: 'block',
  fallback: '',
  meaning: joined(node.description, `Keys: ${[...node.keys.keys()].map((name) => `\`${name}\``).join(', ')}.`),
})

const row = (key: string, type: string, node: SchemaNode): Row => ({
  key: `\`${key}\``,
  type,
  fallback: fallbackText(node),
  meaning: node.description,
})

function fallbackText({ fallback, required }: SchemaNode): string {
  if (required) return 'required'
  return fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``
}

const joined = (...texts: string[]): string => texts.filter((text) => text !== '').join(' ')

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ key, type, fallback, meaning }) => `| ${key} | ${type} | ${fallback} | ${meaning} |`)
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...lines].join('\n')
}

function blockOf(node: SchemaNode): BlockNode {
  if (node.kind !== 'block') throw new TypeError('a configuration is a block')
  return node
}

// Started through the launcher it is a module like any other: the argument says that it is what was asked for.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('..', import.meta.url)
  writeFileSync(new URL('config/config.schema.json', root), configJsonSchema())
  writeFileSync(new URL('docs/configuration.md', root), configDocs())
}
