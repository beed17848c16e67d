import type { Log } from '@berth/platform/log'
import { openDatabase } from '@berth/platform/postgres'
import type { DataSource } from 'typeorm'
import { Tables1763700000000 } from './migrations/1763700000000-tables.ts'
import { Uploads1764700000000 } from './migrations/1764700000000-uploads.ts'
import { Storage1764710000000 } from './migrations/1764710000000-storage.ts'
import { Models, Versions } from './registry/rows.ts'
import { Retrievals } from './retrieval/rows.ts'
import { Uploads } from './upload/rows.ts'

const entities = [Models, Versions, Retrievals, Uploads]
const migrations = [Tables1763700000000, Uploads1764700000000, Storage1764710000000]

/** The service's own database, with all of its tables. */
export const openModels = (url: string, log: Log): Promise<DataSource> =>
  openDatabase({ url, entities, migrations, log })
