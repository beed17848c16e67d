import { Counter, Gauge, Histogram } from 'prom-client'

export const operationSeconds = new Histogram({
  name: 'berth_gateway_graphql_seconds',
  help: 'Time to answer a GraphQL query or mutation',
  labelNames: ['operation', 'outcome'],
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
})

export const openSockets = new Gauge({
  name: 'berth_gateway_sockets',
  help: 'Open graphql-ws sockets',
})

export const openUpstreams = new Gauge({
  name: 'berth_gateway_upstream_sockets',
  help: 'WebSockets to subgraphs that are open, one for each client and subgraph',
})

export const openSubscriptions = new Gauge({
  name: 'berth_gateway_subscriptions',
  help: 'Running subscriptions',
})

export const subscriptionEvents = new Counter({
  name: 'berth_gateway_subscription_events_total',
  help: 'Events of subscriptions, by what became of them',
  labelNames: ['outcome'],
})
