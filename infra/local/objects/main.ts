import { z } from 'zod'
import { startObjectStore } from './server.ts'

const list = (text: string) => text.split(',').flatMap((item) => item.trim() || [])

const Environment = z.object({
  OBJECTS_HOST: z.string().default('127.0.0.1'),
  OBJECTS_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  OBJECTS_DATA: z.string({ error: 'names the folder that holds the objects' }).min(1),
  OBJECTS_CREDENTIALS: z
    .string({ error: 'lists accessKey:secretKey pairs, separated by commas' })
    .transform(list)
    .refine((pairs) => pairs.length > 0 && pairs.every((pair) => /^[^:/]+:.+$/.test(pair)), {
      error: 'lists accessKey:secretKey pairs, separated by commas',
    }),
  OBJECTS_REGION: z.string().min(1).default('us-east-1'),
  OBJECTS_BUCKETS: z.string().default('').transform(list),
})

const parsed = Environment.safeParse(process.env)
if (!parsed.success) {
  for (const { path, message } of parsed.error.issues) console.error(`${path.join('.')}: ${message}`)
  process.exit(2)
}
const environment = parsed.data

const store = await startObjectStore({
  host: environment.OBJECTS_HOST,
  port: environment.OBJECTS_PORT,
  data: environment.OBJECTS_DATA,
  credentials: new Map(
    environment.OBJECTS_CREDENTIALS.map((pair) => {
      const colon = pair.indexOf(':')
      return [pair.slice(0, colon), pair.slice(colon + 1)]
    }),
  ),
  region: environment.OBJECTS_REGION,
  buckets: environment.OBJECTS_BUCKETS,
  report: (record) => console.error(JSON.stringify(record)),
})
console.log(JSON.stringify({ listening: store.port }))

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void store.close().then(() => process.exit(0)))
}
