import { expect, test } from 'vitest'
import { presign } from './presign.ts'

/** "Authenticating Requests: Using Query Parameters", the example of the S3 API reference; its bucket is in the host. */
const keys = {
  endpoint: 'https://examplebucket.s3.amazonaws.com',
  region: 'us-east-1',
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const now = new Date('2013-05-24T00:00:00Z')

test('the example of the reference has the signature that stands there', () => {
  const url = presign(keys, {
    method: 'GET',
    path: '/test.txt',
    query: {},
    headers: {},
    seconds: 86_400,
    now,
  })
  expect(url).toBe(
    'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  )
})

test('names, values and keys are encoded, and headers are named', () => {
  const url = presign(keys, {
    method: 'PUT',
    path: '/models/a b/ü(1)',
    query: { uploadId: 'x/y+z', partNumber: '2' },
    headers: { 'content-length': '16' },
    seconds: 900,
    now,
  })
  expect(url).toContain('/models/a%20b/%C3%BC%281%29?')
  expect(url).toContain('partNumber=2&uploadId=x%2Fy%2Bz&')
  expect(url).toContain('X-Amz-SignedHeaders=content-length%3Bhost&')
})
