import { type Part, parts } from '@berth/kit/parts'
import type { Cell, Result } from '../report.ts'
import { percentile } from '../statistics.ts'
import type { Chats } from './work.ts'

/** How a round ended. */
export interface Outcome {
  killed: { part: Part; afterMs: number }[]
  /** From the last kill until every part is healthy and the round's deploy has answered a chat. */
  recoveryMs: number | undefined
  chats: Chats
  /** How often the subscriber lost its connection. */
  cuts: number
  /** What was lost, doubled, stuck or refused, in sentences. */
  faults: string[]
}

/** One line for a round, and one for each fault. */
export function describe(round: string, { killed, recoveryMs, chats, cuts, faults }: Outcome): string {
  const what = killed.map(({ part, afterMs }) => `${part} after ${afterMs} ms`).join(', ') || 'nothing killed'
  const time =
    recoveryMs === undefined ? 'not recovered' : `recovered in ${(recoveryMs / 1_000).toFixed(1)} s`
  const line = `chaos ${round}: ${what}; ${time}; chats ${tell(chats)}; subscriber cut ${cuts} times`
  return [line, ...faults.map((fault) => `  FAULT: ${fault}`)].join('\n')
}

const tell = ({ whole, cut, refused }: Chats) => `${whole} whole, ${cut} cut, ${refused} refused`

/** The table of all rounds; the first one killed nothing. */
export function resultOf(outcomes: readonly Outcome[], seed: number): Result {
  const rounds = outcomes.slice(1)
  const faults = outcomes.flatMap(({ faults }, round) => faults.map((fault) => `round ${round}: ${fault}`))
  const kills = rounds.flatMap(({ killed }) => killed.map(({ part }) => part))
  const alone = (part: Part) => rounds.filter(({ killed }) => killed.length === 1 && killed[0]?.part === part)
  const two = rounds.filter(({ killed }) => killed.length > 1)
  const sum = (count: (one: Outcome) => number) => outcomes.reduce((all, one) => all + count(one), 0)
  const chats = {
    whole: sum((one) => one.chats.whole),
    cut: sum((one) => one.chats.cut),
    refused: sum((one) => one.chats.refused),
  }
  return {
    name: 'chaos',
    title: `Chaos: ${rounds.length} rounds, ${kills.length} kills, seed ${seed}`,
    table: {
      columns: ['killed', 'rounds', 'recovery p50 s', 'max s', 'faults'],
      rows: [
        row('nothing', outcomes.slice(0, 1)),
        ...parts.filter((part) => kills.includes(part)).map((part) => row(part, alone(part))),
        row('two parts', two),
        row('all', rounds),
      ],
    },
    notes: [
      `Chats: ${tell(chats)}; the subscriber was cut ${sum(({ cuts }) => cuts)} times.`,
      faults.length === 0 ? 'Nothing lost, doubled or stuck.' : `${faults.length} faults:`,
      ...faults,
    ],
    faults: faults.length,
    samples: outcomes,
  }
}

function row(name: string, rounds: readonly Outcome[]): Cell[] {
  const times = rounds.flatMap(({ recoveryMs }) => (recoveryMs === undefined ? [] : recoveryMs / 1_000))
  const faults = rounds.reduce((sum, one) => sum + one.faults.length, 0)
  const [p50, max] = times.length > 0 ? [percentile(times, 0.5), Math.max(...times)] : []
  return [name, rounds.length, p50, max, faults]
}
