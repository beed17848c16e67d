import { join } from 'node:path'
import { Readable } from 'node:stream'
import { digestOf, longModel } from '@berth/kit/content'
import { Client } from 'minio'
import { startStore } from '../objects.ts'
import { openEntrance } from './entrance.ts'

const mebibyte = 2 ** 20

/** A way to the file. */
export interface Shape {
  /** The upstream's name in Berth's sources. */
  name: string
  title: string
  endpoint: string
}

/** One file in an object store of its own, and how Berth and others get there. */
export interface Source {
  shapes: Shape[]
  sha256: string
  /** What Berth is started with. */
  env: Record<string, string>
  /** A signed address, as Berth makes them. */
  sign(shape: Shape): Promise<string>
  /** What a model's source is. */
  uriOf(shape: Shape): string
}

const bucket = 'bench'
const key = 'model.gguf'
const keys = { accessKey: 'bench', secretKey: 'bench-secret' }

/** Puts a model of that size into an upstream store, which is reached freely and, by another port, slowly. */
export async function openSource(
  folder: string,
  sizeBytes: number,
  bytesPerSecond: number,
  ending: AsyncDisposableStack,
): Promise<Source> {
  const { port } = await startStore(join(folder, 'upstream'), ending)
  const limited = await openEntrance(port, bytesPerSecond, ending)
  const model = longModel(sizeBytes, 'retrieval')
  function* blocks() {
    for (let at = 0; at < sizeBytes; at += mebibyte) yield model.bytes(at, Math.min(at + mebibyte, sizeBytes))
  }
  await clientOf(port).putObject(bucket, key, Readable.from(blocks()), sizeBytes)
  const shapes = [
    { name: 'free', title: 'as fast as it can', endpoint: at(port) },
    { name: 'limited', title: `${bytesPerSecond / 1e6} MB/s a connection`, endpoint: at(limited) },
  ]
  const upstreams = shapes.map(({ name, endpoint }) => ({ name, bucket, endpoint, ...keys }))
  return {
    shapes,
    sha256: digestOf(model),
    env: { UPSTREAMS: JSON.stringify(upstreams) },
    sign: ({ endpoint }) => clientOf(Number(new URL(endpoint).port)).presignedGetObject(bucket, key, 3_600),
    uriOf: ({ name }) => `s3://${name}/${key}`,
  }
}

const at = (port: number) => `http://127.0.0.1:${port}`

const clientOf = (port: number) =>
  new Client({
    endPoint: '127.0.0.1',
    port,
    useSSL: false,
    region: 'us-east-1',
    partSize: 64 * mebibyte,
    ...keys,
  })
