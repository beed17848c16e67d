import { field } from '@berth/kit/graph'
import { newPerson, type Person } from '@berth/kit/people'
import { beforeAll, expect, inject, test } from 'vitest'

const berth = inject('berth')
const secret = 'a-secret-that-nobody-may-see'
let ann: Person

beforeAll(async () => {
  ann = await newPerson(berth, 'ann')
})

const register = (name: string, uri: string, sha256?: string) =>
  field<{ __typename: string; message?: string; field?: string }>(
    berth,
    `mutation ($input: RegisterModelInput!) { registerModel(input: $input) {
      __typename ... on Error { message } ... on InvalidInput { field } } }`,
    { input: { name, source: { uri, sha256 } } },
    ann.token,
  )

const long = 'k'.repeat(1_025)
const refused: [uri: string, why: RegExp][] = [
  ['', /no source that Berth can retrieve/],
  ['storyteller', /no source that Berth can retrieve/],
  ['//example.com/m.gguf', /no source that Berth can retrieve/],
  ['https://', /no source that Berth can retrieve/],
  ['https://example.com:70000/m.gguf', /no source that Berth can retrieve/],
  ['file:///etc/passwd', /no source that Berth can retrieve/],
  ['ftp://example.com/m.gguf', /no source that Berth can retrieve/],
  ['data:application/octet-stream;base64,R0dVRg==', /no source that Berth can retrieve/],
  ['javascript:alert(1)', /no source that Berth can retrieve/],
  ['http://example.com/m.gguf', /plain http/],
  ['http://localhost/m.gguf', /plain http/],
  [`https://example.com/${'x'.repeat(2_048)}`, /at most 2048 characters/],
  ['https://example.com/a b', /no blanks/],
  ['https://example.com/\0', /no control characters/],
  ['https://example.com/\ud800', /no control characters/],
  [`https://ann:${secret}@example.com/m.gguf`, /no user name and no password/],
  [`https://${secret}@127.0.0.2/m.gguf`, /no user name and no password/],
  [`s3://KEY:${secret}@upstream/m.gguf`, /holds no keys/],
  ['s3://', /not a configured upstream; these are: upstream/],
  ['s3://nowhere/m.gguf', /bucket "nowhere" is not a configured upstream; these are: upstream/],
  ['s3://models/sha256/x.gguf', /not a configured upstream/],
  ['s3://upstream', /s3:\/\/<bucket>\/<key>/],
  ['s3://upstream/', /s3:\/\/<bucket>\/<key>/],
  [`s3://upstream/${long}`, /1 to 1,024 bytes/],
  ['s3://upstream/x?versionId=1', /without a question mark/],
  ['s3://upstream/../models/x', /no part that is \. or \.\./],
]

/** Loopback, link-local, private, shared, multicast and unspecified hosts, in every way that they can be written. */
const hidden = [
  ...[
    '127.0.0.2',
    '127.0.0.2.',
    '127.2',
    '2130706434',
    '0177.0.0.2',
    '0x7f000002',
    '0x7f.0.0.2',
    '１２７.０.０.２',
    '127。0。0。2',
    '%31%32%37.0.0.2',
  ],
  ...[
    '0.0.0.0',
    '0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '0xa9fea9fe',
    '198.18.0.1',
    '192.0.2.1',
  ],
  ...[
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.2]',
    '[::ffff:7f00:2]',
    '[::127.0.0.2]',
  ],
  ...[
    '[64:ff9b::7f00:2]',
    '[2002:7f00:2::]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[ff02::1]',
    '[2001:db8::1]',
    '[fec0::1]',
  ],
]

test.each([
  ...refused,
  ...hidden.map((host) => [`https://${host}/m.gguf`, /is no public address/] as const),
  ...hidden.slice(0, 3).map((host) => [`https://${host}:8443/m.gguf`, /is no public address/] as const),
])('the source %j is refused when it is registered', async (uri, why) => {
  const answer = await register('refused', uri)
  expect(answer).toMatchObject({ __typename: 'InvalidInput', field: 'source.uri' })
  expect(answer.message).toMatch(why)
  expect(answer.message).not.toContain(secret)
  expect(await field(berth, '{ model(name: "refused") { id } }', {}, ann.token)).toBeNull()
})

test('a digest that is none is refused', async () => {
  const uri = 's3://upstream/storyteller/storyteller.gguf'
  for (const sha256 of ['abc', 'g'.repeat(64), 'é'.repeat(64), `${'a'.repeat(64)}0`]) {
    expect(await register('refused', uri, sha256)).toMatchObject({ field: 'source.sha256' })
  }
})
