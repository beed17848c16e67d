import { until } from '@berth/kit/condition'
import { WebSocket } from 'ws'

/** The JavaScript of another process, by Node's inspector. */
export interface Heap {
  /** Collects the garbage, which V8 would leave lying about as long as there is room. @returns bytes of what is in use */
  collect(): Promise<number>
}

/** @param port that the process was started with, as `--inspect=<port>` */
export async function openHeap(port: number, ending: AsyncDisposableStack): Promise<Heap> {
  const [target] = await until('the inspector listens', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/json`)
    return (await response.json()) as { webSocketDebuggerUrl: string }[]
  })
  if (!target) throw new Error('The inspector has nothing to inspect.')
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  // A process that is being inspected does not end.
  ending.defer(() => socket.terminate())
  const ended = new Promise<never>((_, reject) =>
    socket.once('close', () => reject(new Error('The process ended, or its inspector did.'))),
  )
  ended.catch(() => undefined)
  let count = 0

  function call(method: string): Promise<unknown> {
    count += 1
    const id = count
    const answered = new Promise((resolve) => {
      const onMessage = (data: Buffer) => {
        const answer = JSON.parse(data.toString()) as { id: number; result: unknown }
        if (answer.id !== id) return
        socket.off('message', onMessage)
        resolve(answer.result)
      }
      socket.on('message', onMessage)
      socket.send(JSON.stringify({ id, method }))
    })
    return Promise.race([answered, ended])
  }

  return {
    async collect() {
      await call('HeapProfiler.collectGarbage')
      return ((await call('Runtime.getHeapUsage')) as { usedSize: number }).usedSize
    },
  }
}
