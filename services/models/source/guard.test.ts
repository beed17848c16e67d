import { request } from 'undici'
import { expect, test } from 'vitest'
import { createGuard } from './guard.ts'

/** Connects to a name that resolves to these addresses, one list for each time that it is asked for. */
async function connect(...answers: string[][]): Promise<{ refusal: unknown; lookups: number }> {
  let lookups = 0
  const guard = createGuard([], (_hostname, _options, callback) => {
    const addresses = answers[Math.min(lookups, answers.length - 1)] ?? []
    lookups += 1
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  })
  const url = new URL('https://rebound.example/')
  const refusal: unknown = await request(url, { dispatcher: guard.dispatcherFor(url) }).catch(
    (error) => error,
  )
  await guard.close()
  return { refusal, lookups }
}

test.each([[['127.0.0.1']], [['1.1.1.1', '10.0.0.1']], [['::1']], [['::ffff:169.254.169.254']], [[]]])(
  'a name that resolves to %j is refused',
  async (addresses) => {
    const { refusal } = await connect(addresses)
    expect(refusal).toMatchObject({
      kind: 'final',
      message: expect.stringContaining('rebound.example is not a public address'),
    })
  },
)

test('a name is looked up once for each connection: what was checked is what is connected to', async () => {
  // Rebinding: one answer is for whoever checks, the next one for whoever connects.
  const { refusal, lookups } = await connect(['10.0.0.1'], ['1.1.1.1'])
  expect(refusal).toMatchObject({ kind: 'final' })
  expect(lookups).toBe(1)
})
