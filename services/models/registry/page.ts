import { readCursor, writeCursor } from '@berth/platform/paging'
import type { DataSource } from 'typeorm'
import { z } from 'zod'
import { isStorable } from './fields.ts'
import { type ModelRow, Models } from './rows.ts'
import type { Viewer } from './visible.ts'

/** Where a page ended; an own model and a shared one may have the same name. */
export interface PagePosition {
  name: string
  id: string
}

const shape = z.tuple([z.string().refine(isStorable), z.uuid()])

/** The cursor of a row in the list of models. */
export const cursorOf = ({ name, id }: PagePosition): string => writeCursor([name, id])

/** What a cursor stands for; undefined when it is none of ours. */
export function readPageCursor(text: string): PagePosition | undefined {
  const parsed = shape.safeParse(readCursor(text))
  return parsed.success ? { name: parsed.data[0], id: parsed.data[1] } : undefined
}

/** A text as a pattern of LIKE that finds it anywhere. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/**
 * One page of the models that a viewer sees, by name; one row more than `first` when there are further ones. A page goes
 * on behind a name, not behind a row: whatever is renamed meanwhile, every model that is not comes exactly once.
 */
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
    const named = 'model.name ILIKE :pattern'
    // Names and tags are ASCII. What has no case in the database's own locale, such as C, has one in ICU's.
    const described = 'model.description COLLATE "und-x-icu" ILIKE :pattern'
    const tagged = 'EXISTS (SELECT 1 FROM model_versions WHERE model_id = model.id AND tag ILIKE :pattern)'
    query.andWhere(`(${named} OR ${described} OR ${tagged})`, { pattern })
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
