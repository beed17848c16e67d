import { type Chat, createChat } from '../chat.ts'
import type { Result } from '../report.ts'
import { startBare } from './bare.ts'
import { type CompareOptions, compare } from './compare.ts'
import { type Runtime, startPod } from './pod.ts'

export interface InferenceOptions extends CompareOptions {
  /** OpenAI base URLs. Without a target a pod is started, without a peer its engine by itself; both need a file. */
  target: string | undefined
  peer: string | undefined
  /** For the target. */
  token: string
  model: string
  runtime: Runtime
}

/** Compares two servers, or a pod with its own engine. */
export async function measureInference(
  options: InferenceOptions,
  ending: AsyncDisposableStack,
): Promise<Result> {
  const { target, peer, token, model, runtime, say } = options
  if (!runtime.file && !(target && peer)) {
    throw new Error('inference needs --target and --peer, or --file for what it shall start itself.')
  }
  const ask = async (): Promise<Chat> => {
    if (target) return createChat({ baseURL: target, token, model })
    say(`Starting a pod with ${runtime.file}.`)
    const pod = await startPod(runtime, ending)
    return createChat({ baseURL: pod.url, token: pod.token, model })
  }
  const askPeer = async () =>
    peer ? createChat({ baseURL: peer, token: 'none', model }) : startBare(runtime, ending)
  const peers = { target: await ask(), peer: await askPeer(), peerName: peer ? 'peer' : 'engine' }
  return compare(peers, options)
}
