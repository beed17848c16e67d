import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import type { ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import { badRequest } from '../errors.ts'

const maxBytes = 10 * 1024 * 1024
const maxLine = 64 * 1024
/** Of a log that becomes a termination message (FallbackToLogsOnError). */
const tailBytes = 2048
const tailLines = 80

/** The log of one life of a container: lines with an RFC 3339 time before each, and one rotated file before it. */
export interface ContainerLog {
  file: string
  write(stream: 'stdout' | 'stderr', chunk: Buffer): void
  /** After the container ended: keeps the last unfinished lines, and ends every follower. */
  end(): void
  /** The last lines without times; also those that a full disk did not take, which may well say so. */
  tail(): string
  follow(line: (line: string) => void, ended: () => void): () => void
}

export function openLog(file: string): ContainerLog {
  mkdirSync(dirname(file), { recursive: true })
  let descriptor = openSync(file, 'a')
  let size = statSync(file).size
  let closed = false
  const unfinished = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
  let tail = ''
  const followers = new Set<{ line: (line: string) => void; ended: () => void }>()

  const append = (content: Buffer): void => {
    const line = `${new Date().toISOString()} ${content.toString()}\n`
    try {
      if (size > maxBytes) {
        closeSync(descriptor)
        renameSync(file, `${file}.1`)
        descriptor = openSync(file, 'a')
        size = 0
      }
      size += writeSync(descriptor, line)
    } catch {
      // A full disk loses lines, but not the container that wrote them.
    }
    tail = `${tail}${content.toString()}\n`.slice(-tailBytes)
    for (const follower of followers) follower.line(line)
  }
  return {
    file,
    write(stream, chunk) {
      if (closed) return
      let rest = Buffer.concat([unfinished[stream], chunk])
      for (;;) {
        const end = rest.indexOf(10)
        if (end < 0 && rest.length < maxLine) break
        append(rest.subarray(0, end < 0 ? maxLine : end))
        rest = rest.subarray(end < 0 ? maxLine : end + 1)
      }
      unfinished[stream] = rest
    },
    end() {
      if (closed) return
      for (const stream of ['stdout', 'stderr'] as const)
        if (unfinished[stream].length > 0) append(unfinished[stream])
      closed = true
      closeSync(descriptor)
      for (const follower of followers) follower.ended()
      followers.clear()
    },
    tail: () => tail.trimEnd().split('\n').slice(-tailLines).join('\n'),
    follow(line, ended) {
      if (closed) {
        ended()
        return () => undefined
      }
      const follower = { line, ended }
      followers.add(follower)
      return () => followers.delete(follower)
    },
  }
}

export function removeLog(file: string): void {
  rmSync(file, { force: true })
  rmSync(`${file}.1`, { force: true })
}

const linesOf = (file: string): string[] => {
  const text = [`${file}.1`, file]
    .filter((name) => existsSync(name))
    .map((name) => readFileSync(name, 'utf8'))
  return text.join('').split('\n').slice(0, -1)
}

/** Answers `GET pods/log`: what is stored, then what comes, until the container ends. */
export function sendLog(
  file: string,
  live: ContainerLog | undefined,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  const number = (name: string): number | undefined => {
    const text = query.get(name)
    if (text === null || text === '') return undefined
    if (!/^\d+$/.test(text)) throw badRequest(`${name} must be a number that is not negative`)
    return Number(text)
  }
  const on = (name: string): boolean => /^(true|1)$/.test(query.get(name) ?? '')
  const tail = number('tailLines')
  const shown = (line: string): string => (on('timestamps') ? line : line.slice(line.indexOf(' ') + 1))
  const lines = linesOf(file)
  const last = tail === undefined ? lines : lines.slice(Math.max(0, lines.length - tail))
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.flushHeaders()
  response.write(last.map((line) => `${shown(line)}\n`).join(''))
  if (!on('follow') || !live) {
    response.end()
    return
  }
  const stop = live.follow(
    (line) => void response.write(shown(line)),
    () => response.end(),
  )
  response.on('close', stop)
}
