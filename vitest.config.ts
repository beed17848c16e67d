import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

/** Tests under a folder of `tests/` that each start a Berth of their own, and do harm to it. */
const faults = (folder: 'faults' | 'long') => ({
  test: {
    name: folder,
    include: [`tests/${folder}/**/*.test.ts`],
    // A start and each recovery take many times as long where every core is busy.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Those of a table wait more than they compute.
    maxConcurrency: 100,
    pool: 'forks' as const,
    maxWorkers: 1,
  },
})

export default defineConfig({
  test: {
    projects: [
      {
        // The copy of GraphQL.js that Apollo's packages have; Vite would take the other one, by its `module` field.
        resolve: {
          alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }],
        },
        test: {
          name: 'unit',
          include: ['{platform,services,gateway,operator,cli,infra,schema,kit,bench}/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          // In two threads of one process llama.cpp's library breaks the heap.
          pool: 'forks',
          maxWorkers: 2,
        },
      },
      './frontend',
      {
        test: {
          name: 'contract',
          include: ['tests/contract/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/berth.ts'],
          testTimeout: 90_000,
          hookTimeout: 120_000,
          pool: 'forks',
          maxWorkers: 1,
        },
      },
      faults('faults'),
      faults('long'),
    ],
  },
})
