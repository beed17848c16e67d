import { Counter, Gauge, Histogram } from 'prom-client'

export const requestsTotal = new Counter({
  name: 'berth_gateway_inference_requests_total',
  help: 'Inference requests, by the status that they were answered with',
  labelNames: ['status'],
})

export const requestsInFlight = new Gauge({
  name: 'berth_gateway_inference_in_flight',
  help: 'Inference requests that are being answered',
})

export const firstByteSeconds = new Histogram({
  name: 'berth_gateway_inference_first_byte_seconds',
  help: 'Time from an inference request to the first byte of its answer',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
})
