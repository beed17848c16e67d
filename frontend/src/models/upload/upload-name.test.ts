import { expect, test } from 'vitest'
import { nameOfFile } from './upload-name.ts'

test.each([
  ['Qwen2-0.5B-Instruct-Q4_K_M.gguf', 'qwen2-0.5b-instruct', 'q4-k-m'],
  ['tinyllama-1.1b-chat-v1.0.Q8_0.gguf', 'tinyllama-1.1b-chat-v1.0', 'q8-0'],
  ['Phi_3 mini.IQ3_XXS.GGUF', 'phi-3-mini', 'iq3-xxs'],
  ['model-f16.gguf', 'model', 'f16'],
  ['gpt-oss-20b-mxfp4.gguf', 'gpt-oss-20b', 'mxfp4'],
  ['storyteller.gguf', 'storyteller', 'latest'],
  ['.--Ünïcode--.gguf', 'n-code', 'latest'],
  [`${'a'.repeat(80)}.gguf`, 'a'.repeat(63), 'latest'],
  ['模型.gguf', '', 'latest'],
])('%s is %s : %s', (fileName, name, tag) => {
  expect(nameOfFile(fileName)).toEqual({ name, tag })
})
