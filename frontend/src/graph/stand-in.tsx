import { act, render, waitFor } from '@testing-library/react'
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core'
import type { ReactElement } from 'react'
import { MemoryRouter, Route, Routes, useLocation } from 'react-router'
import { Provider } from 'urql'

/** What the stand-in answers to an operation, by its name with a small first letter; what it throws is an outage. */
export type Answers = Record<string, (variables: Record<string, unknown>) => unknown>

export interface GraphStandIn {
  client: Client
  /** Every operation that came, in order. */
  asked: { name: string; variables: Record<string, unknown> }[]
  /** Sends an event to whoever subscribes by this name, once somebody has. */
  emit(name: string, data: Record<string, unknown>): Promise<void>
}

/** A graph for tests of components: the client's cache is the real one, so answers need their `__typename`. */
export function graphStandIn(answers: Answers): GraphStandIn {
  const asked: GraphStandIn['asked'] = []
  const sinks = new Set<{ name: string; next(result: { data: Record<string, unknown> }): void }>()
  const client = new Client({
    url: 'http://berth.test/graphql',
    preferGetMethod: false,
    async fetch(_url, init) {
      const { operationName, variables } = JSON.parse(String(init?.body))
      const name = keyOf(operationName)
      asked.push({ name, variables })
      const answer = answers[name]
      if (!answer) return Response.json({ errors: [{ message: `Nobody answers ${name}.` }] })
      return Response.json({ data: answer(variables) })
    },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ operationName = '' }) => ({
          subscribe({ next }) {
            const sink = { name: keyOf(operationName), next }
            sinks.add(sink)
            return { unsubscribe: () => sinks.delete(sink) }
          },
        }),
      }),
    ],
  })
  return {
    client,
    asked,
    async emit(name, data) {
      const found = await waitFor(() => {
        const those = [...sinks].filter((sink) => sink.name === name)
        if (those.length === 0) throw new Error(`Nobody subscribes by ${name}.`)
        return those
      })
      act(() => {
        for (const sink of found) sink.next({ data })
      })
    },
  }
}

const keyOf = (operationName: string) => operationName.charAt(0).toLowerCase() + operationName.slice(1)

/** Renders a page at an address, with the graph behind it. */
export function renderPage(page: ReactElement, { client }: GraphStandIn, at = '/', path = '*') {
  return render(
    <Provider value={client}>
      <MemoryRouter initialEntries={[at]}>
        <Routes>
          <Route path={path} element={page} />
          <Route path="*" element={<Elsewhere />} />
        </Routes>
      </MemoryRouter>
    </Provider>,
  )
}

function Elsewhere() {
  const { pathname } = useLocation()
  return <p>{`At ${pathname}`}</p>
}
