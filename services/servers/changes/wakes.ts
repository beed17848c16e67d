import { type ListenOptions, listen } from '@berth/platform/notifications'
import { changesChannel } from '../records/change.ts'

/** Tells one subscriber that there is something to read. At most one wake waits: the newest. */
export interface Wake {
  /**
   * Resolves with the tenant's version once it is beyond `version`, or with undefined where something may have been
   * missed and everything must be looked at. Null when the subscription has ended.
   */
  beyond(version: number): Promise<number | undefined | null>
  end(): void
}

/** One listener for the process, many subscribers. */
export interface Wakes {
  subscribe(tenantId: string): Wake
  close(): Promise<void>
}

/** Listens to what commits tell, and wakes the subscribers of the tenants concerned. */
export async function startWakes(options: Pick<ListenOptions, 'url' | 'log'>): Promise<Wakes> {
  const room = createWaitingRoom()
  const listener = await listen({
    ...options,
    channels: [changesChannel],
    onNotification(_channel, payload) {
      const [tenantId = '', version] = payload.split(':')
      room.wake(tenantId, Number(version))
    },
    onResync: () => room.wakeAll(),
  })
  return {
    subscribe: room.subscribe,
    async close() {
      room.endAll()
      await listener.close()
    },
  }
}

interface WaitingRoom {
  subscribe(tenantId: string): Wake
  wake(tenantId: string, version: number): void
  wakeAll(): void
  endAll(): void
}

interface Seat {
  news(version: number | undefined): void
  end(): void
}

export function createWaitingRoom(): WaitingRoom {
  const seats = new Map<string, Set<Seat>>()
  const all = () => [...seats.values()].flatMap((tenant) => [...tenant])

  function subscribe(tenantId: string): Wake {
    /** The newest version told of and not read yet; `undefined` asks for a look. */
    let waiting: { version: number | undefined } | undefined
    let ended = false
    let resume: (() => void) | undefined
    const proceed = () => {
      resume?.()
      resume = undefined
    }
    const seat: Seat = {
      news(version) {
        waiting = { version }
        proceed()
      },
      end() {
        ended = true
        proceed()
      },
    }
    const tenant = seats.get(tenantId) ?? new Set()
    seats.set(tenantId, tenant.add(seat))
    return {
      async beyond(version) {
        while (!ended) {
          const news = waiting
          waiting = undefined
          if (news && (news.version === undefined || news.version > version)) return news.version
          await new Promise<void>((resolve) => {
            resume = resolve
          })
        }
        return null
      },
      end() {
        seat.end()
        tenant.delete(seat)
        if (tenant.size === 0) seats.delete(tenantId)
      },
    }
  }

  return {
    subscribe,
    wake: (tenantId, version) => seats.get(tenantId)?.forEach((seat) => void seat.news(version)),
    wakeAll: () => all().forEach((seat) => void seat.news(undefined)),
    endAll: () => all().forEach((seat) => void seat.end()),
  }
}
