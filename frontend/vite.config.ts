import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', sourcemap: false },
  server: {
    // `npx vite frontend` beside a running Berth: the page reloads as you type, everything else goes to the gateway.
    proxy: Object.fromEntries(
      ['/graphql', '/auth', '/health', '^/[0-9a-f]{8}-[0-9a-f-]{27}/v1', '/v1'].map((path) => [
        path,
        { target: 'http://127.0.0.1:4000', ws: true },
      ]),
    ),
  },
  test: {
    name: 'frontend',
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/patience.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
