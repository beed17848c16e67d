import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { portsFrom, readSettings, StartError } from './settings.ts'

it('has defaults for everything, also where a variable is empty', () => {
  expect(
    readSettings([], { PORT: '', BERTH_DATA: '', LOG_LEVEL: '', BERTH_ADMIN_PASSWORD: '' }),
  ).toMatchObject({
    port: 4000,
    data: resolve('.berth'),
    adminPassword: undefined,
    sourceAllow: '',
    upstreams: [],
    logLevel: 'info',
    longestPauseMs: 10_000,
  })
})

it('takes a flag before the environment', () => {
  const environment = { PORT: '6000', BERTH_DATA: '/from/environment' }
  expect(readSettings(['--port', '5000', '--data', '/from/flag'], environment)).toMatchObject({
    port: 5000,
    data: '/from/flag',
  })
  expect(readSettings([], environment)).toMatchObject({ port: 6000, data: '/from/environment' })
})

it.each([
  [['--help'], 'help'],
  [['-h'], 'help'],
])('answers %s with the help', (args, expected) => {
  expect(readSettings(args, {})).toBe(expected)
})

it.each([
  ['a port that leaves no room for the others', ['--port', '65528'], {}, '1 to 65527, not "65528"'],
  ['a port that is no number', [], { PORT: 'http' }, 'not "http"'],
  ['a short password', [], { BERTH_ADMIN_PASSWORD: 'short' }, 'at least 10 characters'],
  ['upstreams that are no list', [], { UPSTREAMS: '{"bucket":"models"}' }, 'UPSTREAMS must be a JSON list'],
  ['a pause without end', [], { RESTART_PAUSE: 'Infinity' }, 'RESTART_PAUSE must be seconds'],
  ['an unknown flag', ['--prot', '5000'], {}, 'See npm start -- --help.'],
])('refuses %s', (_what, args, environment, message) => {
  const read = () => readSettings(args, environment)
  expect(read).toThrow(StartError)
  expect(read).toThrow(message)
})

it('gives every process a port of its own, from the first one up', () => {
  const ports = Object.values(portsFrom(4000))
  expect(ports).toEqual([4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008])
})
