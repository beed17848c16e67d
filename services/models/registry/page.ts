import type { DataSource } from 'typeorm'
import { isStorable } from './input.ts'
import { type ModelRow, Models } from './rows.ts'
import type { Viewer } from './visible.ts'

/** Where a page ended; an own model and a shared one may have the same name. */
export interface PagePosition {
  name: string
  id: string
}

/** A cursor, which callers take as opaque text. */
export const encodeCursor = ({ name, id }: PagePosition): string =>
  Buffer.from(JSON.stringify([name, id])).toString('base64url')

/** What a cursor stands for; undefined when it is none of ours. */
export function decodeCursor(cursor: string): PagePosition | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(parsed)) return undefined
    const [name, id]: unknown[] = parsed
    if (typeof name !== 'string' || typeof id !== 'string') return undefined
    return isStorable(name + id) ? { name, id } : undefined
  } catch {
    return undefined
  }
}

/** A text as a pattern of LIKE that finds it anywhere. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** One page of the models that a viewer sees, by name; one row more than `first` when there are further ones. */
export async function modelPage(
  database: DataSource,
  viewer: Viewer,
  { first, after, search }: { first: number; after: PagePosition | undefined; search: string | undefined },
): Promise<ModelRow[]> {
  const query = database.manager
    .createQueryBuilder(Models, 'model')
    .where('(model.tenantId = :tenantId OR model.tenantId IS NULL)', { tenantId: viewer.tenantId })
    .orderBy('model.name')
    .addOrderBy('model.id::text')
    .limit(first + 1)
  if (search) {
    const pattern = containing(search)
    query.andWhere('(model.name ILIKE :pattern OR model.description ILIKE :pattern)', { pattern })
  }
  if (after) query.andWhere('(model.name, model.id::text) > (:name, :id)', after)
  return query.getMany()
}

/** The model of that name: the tenant's own before a shared one. */
export const modelByName = (
  database: DataSource,
  { tenantId }: Viewer,
  name: string,
): Promise<ModelRow | null> =>
  database.manager
    .createQueryBuilder(Models, 'model')
    .where('model.name = :name AND (model.tenantId = :tenantId OR model.tenantId IS NULL)', {
      name,
      tenantId,
    })
    .orderBy('model.tenantId', 'ASC', 'NULLS LAST')
    .limit(1)
    .getOne()
