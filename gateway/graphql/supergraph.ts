import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Schema, Supergraph } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import type { Log } from '@berth/platform/log'
import type { GraphQLSchema } from 'graphql'
import { type AccessRules, accessRules } from './access.ts'

/** A supergraph that was read whole and found good. */
export interface Composition {
  sdl: string
  rules: AccessRules
  /** What clients see; without the machinery of federation. */
  schema: GraphQLSchema
  /** The same, as the query planner takes it. */
  apiSchema: Schema
  supergraphSchema: GraphQLSchema
  planner: QueryPlanner
}

/** @throws when the text is no supergraph, has an unknown subgraph, or leaves a root field without `@access`. */
export function compose(sdl: string, subgraphs: readonly string[]): Composition {
  const rules = accessRules(sdl)
  const supergraph = Supergraph.build(sdl)
  for (const { name } of supergraph.subgraphsMetadata()) {
    if (!subgraphs.includes(name))
      throw new Error(`The supergraph has a subgraph ${name} that has no address.`)
  }
  const apiSchema = supergraph.apiSchema()
  return {
    sdl,
    rules,
    schema: apiSchema.toGraphQLJSSchema(),
    apiSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
  }
}

export interface SupergraphFile {
  current(): Composition
  /** Calls back with each later version of the file that composes; a bad one is logged, and the last good one stays. */
  onChange(listener: (composition: Composition) => void): void
  close(): void
}

/** Reads a supergraph and keeps looking at its file; by polling, which also sees a mounted ConfigMap change. */
export async function openSupergraph(options: {
  file: string
  subgraphs: readonly string[]
  log: Log
}): Promise<SupergraphFile> {
  const { file, subgraphs, log } = options
  const listeners: ((composition: Composition) => void)[] = []
  let current = compose(await readFile(file, 'utf8'), subgraphs)

  async function reread(): Promise<void> {
    try {
      const sdl = await readFile(file, 'utf8')
      if (sdl === current.sdl) return
      current = compose(sdl, subgraphs)
      for (const listener of listeners) listener(current)
      log.info({ file }, 'the supergraph changed')
    } catch (error) {
      log.error({ err: error, file }, 'the changed supergraph is not usable; going on with the last good one')
    }
  }

  const changed = () => void reread()
  watchFile(file, { interval: 2_000, persistent: false }, changed)
  return {
    current: () => current,
    onChange: (listener) => void listeners.push(listener),
    close: () => unwatchFile(file, changed),
  }
}
