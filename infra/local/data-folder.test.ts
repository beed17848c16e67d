import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDataFolder } from './data-folder.ts'
import { StartError } from './settings.ts'

let parent: string
let path: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'berth-data-'))
  path = join(parent, 'deep', 'data')
})
afterEach(() => rmSync(parent, { recursive: true }))

it('is made with secrets that only its owner reads, and keeps them', () => {
  const first = openDataFolder(path, undefined)
  expect(first.isNew).toBe(true)
  expect(statSync(first.file('secrets.json')).mode & 0o777).toBe(0o600)
  expect(Buffer.from(first.secrets.authSigningKey, 'base64')).toHaveLength(32)
  first.release()
  const second = openDataFolder(path, 'another password')
  expect(second).toMatchObject({
    isNew: false,
    secrets: first.secrets,
    adminPassword: first.adminPassword,
  })
})

it('takes the password that was wanted when it is made', () => {
  const { adminPassword, file } = openDataFolder(path, 'correct horse')
  expect(adminPassword).toBe('correct horse')
  expect(readFileSync(file('admin-password'), 'utf8')).toBe('correct horse\n')
})

it('is free again after its release, and after a holder that is gone', () => {
  const { file, release } = openDataFolder(path, undefined)
  release()
  expect(existsSync(file('lock'))).toBe(false)
  writeFileSync(file('lock'), '999999999\n')
  openDataFolder(path, undefined)
  expect(readFileSync(file('lock'), 'utf8')).toBe(`${process.pid}\n`)
})

it.each([
  ['from a newer Berth', 'format.json', '{"format":99}', 'written by a newer Berth (format 99'],
  ['with a damaged format', 'format.json', '{', 'format.json is damaged'],
  ['with damaged secrets', 'secrets.json', '{}', 'secrets.json is damaged'],
])('is refused when it is one %s', (_what, name, content, message) => {
  const { file, release } = openDataFolder(path, undefined)
  release()
  writeFileSync(file(name), content)
  expect(() => openDataFolder(path, undefined)).toThrow(StartError)
  expect(() => openDataFolder(path, undefined)).toThrow(message)
})

it('is refused where nothing can be written', () => {
  writeFileSync(join(parent, 'file'), '')
  expect(() => openDataFolder(join(parent, 'file', 'data'), undefined)).toThrow('cannot be written')
})
