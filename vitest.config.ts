import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

/** A test that waits in vain ends in the end; one that waits for a busy machine comes to it. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } }

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
          ...patience,
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
          ...patience,
          // Each of its steps may take as long as `until` waits.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          pool: 'forks',
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/berth.ts'],
          ...patience,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          pool: 'forks',
          maxWorkers: 1,
        },
      },
      faults('faults'),
      faults('long'),
    ],
  },
})
