// The rules of the floors as a function of one file: who may import whom.
import { doors, floors, pureFolders } from './floors.data.ts'
import { importsOf, type SourceFile, stripComments } from './source-tree.ts'

const ambient = {
  everywhere:
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.|\bprocess\.|\bconsole\.|\brandom(?:UUID|Bytes|Int)\(/,
  // core/abort.ts is given a signal and waits; nobody else above the line may.
  outsideCore: /\bsetTimeout\(|\bsetInterval\(|\bfetch\(/,
}

/** What is wrong with the imports of a file under src/; empty when nothing is. */
export function checkFloor({ path, text }: SourceFile): string[] {
  const folder = /^src\/([^/]+)\//.exec(path)?.[1]
  // The public doors stand below everything and may see every index.
  const floor = folder === undefined ? floors.length : (floors as readonly string[]).indexOf(folder)
  if (floor === -1) return [`${path}: folder ${folder} is not in the list of floors`]
  const isTest = path.endsWith('.test.ts')
  const pure = folder !== undefined && pureFolders.has(folder) && !isTest
  const findings: string[] = []
  for (const specifier of importsOf(text)) {
    if (specifier.startsWith('.')) {
      const target = new URL(specifier, `file:///${path}`).pathname.slice(1)
      const [, targetFolder, ...rest] = target.split('/')
      if (!target.startsWith('src/')) {
        if (!isTest) findings.push(`${path}: imports ${specifier}, outside src`)
        continue
      }
      if (rest.length === 0 || targetFolder === folder) continue
      const targetFloor = (floors as readonly string[]).indexOf(targetFolder!)
      if (targetFloor === -1 || targetFloor >= floor)
        findings.push(`${path}: may not import ${targetFolder}, which is not above it`)
      if (rest.join('/') !== 'index.ts')
        findings.push(`${path}: imports ${specifier}; only index.ts of another folder is a door`)
    } else if (pure && specifier !== 'zod' && specifier !== 'node:crypto') {
      findings.push(`${path}: is pure and may not import ${specifier}`)
    }
  }
  findings.push(...checkDoors(path, folder, text, isTest))
  if (!pure) return findings
  const code = stripComments(text)
  for (const pattern of folder === 'core' ? [ambient.everywhere] : [ambient.everywhere, ambient.outsideCore]) {
    const use = pattern.exec(code)
    if (use) findings.push(`${path}: is pure and may not use ${use[0]}`)
  }
  return findings
}

/** A dependency may be named by an import, or by a string that is resolved (`hls.js/dist/hls.min.js`). */
function checkDoors(path: string, folder: string | undefined, text: string, isTest: boolean): string[] {
  const code = stripComments(text)
  return Object.entries(doors).flatMap(([name, allowed]) => {
    const named = new RegExp(
      `(?:from |import\\(|import |resolve\\()\\s*['"]${quote(name)}(?:/[^'"]*)?['"]|['"]${quote(name)}/`,
    )
    const open = folder !== undefined && allowed.includes(folder)
    return open || isTest || !named.test(code) ? [] : [`${path}: names ${name}, whose door is ${allowed.join(', ')}`]
  })
}

const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
