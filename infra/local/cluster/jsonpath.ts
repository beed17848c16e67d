import { at, isFields } from './objects.ts'

const step =
  /^(?:\.([\w$/\ue000-]+)|\['((?:[^'\\]|\\.)*)'\]|\[(-?\d+)\]|\[\*\]|\[\?\(@\.([\w.]+)\s*==\s*["']?([^"')]*)["']?\)\])/

/**
 * The JSONPath that printer columns use: fields, `['quoted.names']`, indexes, `[*]` and `[?(@.type=="Ready")]`.
 * Answers every value that the path meets; nothing for a path that it cannot read.
 */
export function readPath(object: unknown, path: string): unknown[] {
  let rest = path.replace(/^\{|\}$/g, '').replaceAll('\\.', '\ue000')
  let values: unknown[] = [object]
  while (rest !== '') {
    const found = step.exec(rest)
    if (!found) return []
    const [whole, field, quoted, index, filterPath, filterValue] = found
    const name = (field ?? quoted)?.replaceAll('\ue000', '.')
    values = values.flatMap((value): unknown[] => {
      if (name !== undefined) return isFields(value) && value[name] !== undefined ? [value[name]] : []
      if (index !== undefined) {
        const item: unknown = Array.isArray(value) ? value.at(Number(index)) : undefined
        return item === undefined ? [] : [item]
      }
      const items: unknown[] = Array.isArray(value) ? value : isFields(value) ? Object.values(value) : []
      if (!filterPath) return items
      return items.filter((item) => String(at(item, ...filterPath.split('.'))) === filterValue)
    })
    rest = rest.slice(whole.length)
  }
  return values
}
