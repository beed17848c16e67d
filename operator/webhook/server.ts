import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@berth/platform/log'
import { fastify } from 'fastify'
import { z } from 'zod'
import type { Decision } from '../modelserve/contract.ts'
import type { Identity } from './certificate.ts'
import type { Register } from './configuration.ts'
import { type AdmissionRequest, admissionRequest } from './decision.ts'
import type { ReadIdentity } from './identity.ts'

export interface WebhookOptions {
  host: string
  port: number
  readIdentity: ReadIdentity
  register: Register
  decide(request: AdmissionRequest): Promise<Decision>
  onDecision(decision: Decision): void
  log: Log
  /** How often the Secret and the registration are looked at again. */
  checkEveryMs?: number
}

export interface Webhook {
  /** Whether it listens and the Kubernetes API has been told of it. */
  isInPlace(): boolean
  close(): Promise<void>
}

const review = z.looseObject({ apiVersion: z.literal('admission.k8s.io/v1'), request: admissionRequest })
const longestPauseMs = 5_000

/**
 * Serves admission reviews over TLS, with the identity that all replicas share, and keeps itself registered. While
 * Kubernetes is away it goes on trying; a renewed certificate is taken up without a restart.
 */
export function startWebhook(options: WebhookOptions): Webhook {
  const { readIdentity, register, log, checkEveryMs = 10_000 } = options
  const closing = new AbortController()
  let server: { app: ReturnType<typeof createServer>; identity: Identity } | undefined
  let inPlace = false
  let pauseMs = 100

  async function check(): Promise<void> {
    const identity = await readIdentity()
    if (!server) {
      const app = createServer(options, identity)
      await app.listen({ host: options.host, port: options.port })
      server = { app, identity }
      log.info({ host: options.host, port: options.port }, 'the webhook listens')
    } else if (server.identity.certificate !== identity.certificate) {
      server.app.server.setSecureContext(tlsOf(identity))
      server.identity = identity
      log.info('the webhook took up a renewed certificate')
    }
    if (await register(identity.caBundle)) log.info('the webhook is registered')
    inPlace = true
  }

  async function keep(): Promise<void> {
    while (!closing.signal.aborted) {
      let pause = checkEveryMs
      try {
        await check()
        pauseMs = 100
      } catch (error) {
        log[inPlace ? 'debug' : 'warn']({ err: error }, 'the webhook is not in place yet; trying again')
        pause = pauseMs
        pauseMs = Math.min(pauseMs * 2, longestPauseMs)
      }
      await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }

  const keeping = keep()
  return {
    isInPlace: () => inPlace,
    async close() {
      closing.abort()
      await keeping
      await server?.app.close()
    },
  }
}

const tlsOf = ({ certificate, key }: Identity) => ({ cert: certificate, key, minVersion: 'TLSv1.2' as const })

function createServer({ decide, onDecision, log }: WebhookOptions, identity: Identity) {
  // An object may be 1.5 MiB in etcd, and an update brings two of them.
  const app = fastify({
    https: tlsOf(identity),
    bodyLimit: 8 * 1_048_576,
    requestTimeout: 10_000,
  })
  app.get('/live', async () => ({ status: 'ok' }))
  app.post('/validate', async (request, reply) => {
    const parsed = review.safeParse(request.body)
    if (!parsed.success) {
      return reply.code(400).send({ error: 'This is not an AdmissionReview of admission.k8s.io/v1.' })
    }
    const asked = parsed.data.request
    const decision = await decide(asked)
    onDecision(decision)
    if (!decision.allowed) {
      const { namespace, name, operation } = asked
      log.info({ namespace, server: name, operation, code: decision.code, err: decision.cause }, 'refused')
    }
    const response = decision.allowed
      ? { uid: asked.uid, allowed: true }
      : {
          uid: asked.uid,
          allowed: false,
          status: { code: 403, reason: 'Forbidden', message: decision.message },
        }
    return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }
  })
  return app
}
