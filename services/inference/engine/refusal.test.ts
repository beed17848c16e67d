import { ConfigurationError } from '@berth/platform/config'
import { expect, test } from 'vitest'
import { refusalOf } from './refusal.ts'

const path = '/models/model.gguf'
const told = (error: unknown, said: string[] = []) => refusalOf('fox', path, error, said).message

test('llama.cpp’s own reasons are told once each, without where they come from', () => {
  const said = [
    "llama_model_load: error loading model: unknown model architecture: 'foo'",
    'llama_model_load_from_file_impl: failed to load model',
    "llama_model_load: error loading model: unknown model architecture: 'foo'",
  ]
  expect(told(new Error('Failed to load model'), said)).toBe(
    "The model fox cannot be loaded: unknown model architecture: 'foo'. The file is damaged, or of a kind that this version of llama.cpp does not know; register another one and deploy that.",
  )
  expect(refusalOf('fox', path, new Error('no'), said)).toBeInstanceOf(ConfigurationError)
})

test('where llama.cpp said nothing, the error itself is told, without the path in the pod', () => {
  expect(told(new Error(`${path} is odd.`))).toContain('cannot be loaded: the file is odd. The file')
})

test('a lack of memory asks for other things than a damaged file', () => {
  const said = ['ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 99']
  expect(told(new Error('Failed to load model'), said)).toContain('smaller contextSize')
})
