import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  ApiException,
  ApiextensionsV1Api,
  KubeConfig,
  type V1CustomResourceDefinition,
} from '@kubernetes/client-node'
import { parse } from 'yaml'
import { root } from './programs.ts'

/** Waits for the cluster's API, then installs the custom resource definition, as the chart does on a real cluster. */
export async function installCustomResources(kubeconfig: string): Promise<void> {
  const file = readFileSync(join(root, 'schema/crds/modelserves.berth.dev.yaml'), 'utf8')
  const wanted: V1CustomResourceDefinition = parse(file)
  const giveUpAt = performance.now() + 30_000
  for (;;) {
    try {
      if (existsSync(kubeconfig)) return await apply(kubeconfig, wanted)
    } catch (error) {
      if (performance.now() > giveUpAt) throw error
    }
    if (performance.now() > giveUpAt)
      throw new Error(`The cluster wrote no ${kubeconfig}; see logs/cluster.log.`)
    await delay(100)
  }
}

async function apply(kubeconfig: string, wanted: V1CustomResourceDefinition): Promise<void> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const api = config.makeApiClient(ApiextensionsV1Api)
  const name = wanted.metadata?.name ?? ''
  try {
    const found = await api.readCustomResourceDefinition({ name })
    const { resourceVersion } = found.metadata ?? {}
    await api.replaceCustomResourceDefinition({
      name,
      body: { ...wanted, metadata: { ...wanted.metadata, resourceVersion } },
    })
  } catch (error) {
    if (!(error instanceof ApiException) || error.code !== 404) throw error
    await api.createCustomResourceDefinition({ body: wanted })
  }
}
