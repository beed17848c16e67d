import { expect, test } from 'vitest'
import { planRules } from './cors.ts'

const rule = (origin: string, id = '') =>
  `<CORSRule><ID>${id}</ID><AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>PUT</AllowedMethod></CORSRule>`
const page = 'https://berth.example'

test.each([
  ['none', undefined, 'put'],
  ['our own', rule(page, 'berth-uploads'), 'leave'],
  ['somebody’s that let us in', rule('https://other.example') + rule(page), 'leave'],
  ['one for everybody', rule('*'), 'leave'],
  ['our own of a former address', rule('https://old.example', 'berth-uploads'), 'put'],
  ['somebody’s that do not', rule('https://other.example'), 'tell'],
  [
    'ours of a former address among others',
    rule('https://old.example', 'berth-uploads') + rule('https://o.example'),
    'tell',
  ],
])('rules of a bucket: %s', (_case, rules, expected) => {
  expect(planRules(rules && `<CORSConfiguration>${rules}</CORSConfiguration>`, page)).toBe(expected)
})
