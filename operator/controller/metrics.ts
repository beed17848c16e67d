import { Counter, Gauge, Histogram } from 'prom-client'

let depth: () => number = () => 0

new Gauge({
  name: 'berth_operator_queue_depth',
  help: 'ModelServes that wait to be reconciled.',
  collect() {
    this.set(depth())
  },
})

/** Where the depth of the queue is read from now. */
export function queueDepth(read: () => number): void {
  depth = read
}

const leading = new Gauge({ name: 'berth_operator_leader', help: '1 while this replica leads.' })

export const setLeading = (leads: boolean) => leading.set(leads ? 1 : 0)

const reconcileSeconds = new Histogram({
  name: 'berth_operator_reconcile_seconds',
  help: 'Duration of a pass over a ModelServe.',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
})
const reconcileErrors = new Counter({
  name: 'berth_operator_reconcile_errors_total',
  help: 'Passes that failed and are tried again.',
})

export const reconcileMetrics = {
  duration: (seconds: number) => reconcileSeconds.observe(seconds),
  failed: () => reconcileErrors.inc(),
}

const publishSeconds = new Histogram({
  name: 'berth_operator_publish_seconds',
  help: 'From a change that the operator sees to the answer of the servers service.',
  buckets: [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
})
const publishErrors = new Counter({
  name: 'berth_operator_publish_errors_total',
  help: 'Status batches that the servers service did not take.',
})

export const publishMetrics = {
  latency: (seconds: number) => publishSeconds.observe(seconds),
  failed: () => publishErrors.inc(),
}

const decisions = new Counter({
  name: 'berth_operator_webhook_decisions_total',
  help: 'Admission reviews answered, by what was decided.',
  labelNames: ['decision'],
})

export const countDecision = (decision: string) => decisions.inc({ decision })
