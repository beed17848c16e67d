import { inspect, type Metadata } from '../../services/models/gguf/metadata.ts'
import { GgufError } from '../../services/models/gguf/ranges.ts'
import type { Sound } from './fields.ts'
import { mutate } from './mutate.ts'
import { createRandom, type Random } from './random.ts'

export interface Round {
  /** What the inspection said, with its numbers left out; "a model" when it was taken for one. */
  outcome: string
  /** What must never happen, in words. */
  fault: string | undefined
  ms: number
  readBytes: number
}

/** A header of 96 MiB, the most that there may be, and the last range that was asked for. */
export const mostReadBytes = 97 * 2 ** 20

/** Sizes of the file that begins with the header. */
const sizes = {
  cut: (header: Buffer) => header.length,
  whole: () => 4 * 2 ** 20,
  huge: () => 2 ** 40,
}
type Size = keyof typeof sizes
/** Few are huge: there the reader goes on for as long as it may, which takes its time. */
const likely: readonly Size[] = [...Array<Size>(4).fill('cut'), ...Array<Size>(15).fill('whole'), 'huge']

/** One mutated header, inspected as one that was retrieved, or that is only looked at, when the file's size may be unknown. */
export async function playRound(headers: readonly Sound[], seed: number, number: number): Promise<Round> {
  const random = createRandom(seed, number)
  const header = mutate(headers, random)
  const sizeBytes = sizes[random.of(likely)](header)
  const told = random.below(2) === 0 ? sizeBytes : undefined
  const file = fileOf(header, sizeBytes, random)
  const startedAt = performance.now()
  const { outcome, fault } = await outcomeOf(inspect(file.read, told))
  const ms = performance.now() - startedAt
  const tooMuch = file.readBytes() > mostReadBytes ? `It read ${file.readBytes()} bytes.` : undefined
  return { outcome, fault: fault ?? tooMuch, ms, readBytes: file.readBytes() }
}

/** The header, and after it zeros, ones or bytes of the header itself, which exist only while they are read. */
function fileOf(header: Buffer, sizeBytes: number, random: Random) {
  const filling = random.of([Buffer.of(0), Buffer.of(0xff), Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), header])
  let readBytes = 0
  return {
    readBytes: () => readBytes,
    async read(start: number, length: number): Promise<Buffer> {
      if (start < 0 || !Number.isSafeInteger(start + length))
        throw new RangeError(`No range: ${start}+${length}`)
      const end = Math.min(start + length, sizeBytes)
      readBytes += Math.max(0, end - start)
      if (end <= header.length) return header.subarray(start, Math.max(start, end))
      const rest = Buffer.alloc(Math.max(0, end - Math.max(start, header.length)))
      if (filling.length > 0) rest.fill(filling)
      return Buffer.concat([header.subarray(start), rest])
    },
  }
}

async function outcomeOf(inspected: Promise<Metadata>): Promise<Pick<Round, 'outcome' | 'fault'>> {
  try {
    const wrong = wrongIn(await inspected)
    return { outcome: 'a model', fault: wrong && `It took ${wrong} for metadata.` }
  } catch (error) {
    if (error instanceof GgufError) return { outcome: error.message.replace(/\d+/g, 'N'), fault: undefined }
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { outcome: 'a crash', fault: `${what}, which is no GgufError.` }
  }
}

/** Metadata that the database or the graph would not take. */
function wrongIn(metadata: Metadata): string | undefined {
  const { parameterCount, ...rest } = metadata
  const fits = (value: string | number | null) =>
    value === null ||
    (typeof value === 'number'
      ? Number.isInteger(value) && value >= 0 && value < 2 ** 31
      : !value.includes('\0') && value.length <= 262_144)
  const wrong = Object.entries(rest).find(([, value]) => !fits(value))
  if (wrong) return `${wrong[0]} ${wrong[1]}`
  const countable = parameterCount === null || (Number.isFinite(parameterCount) && parameterCount >= 0)
  return countable ? undefined : `parameterCount ${parameterCount}`
}
