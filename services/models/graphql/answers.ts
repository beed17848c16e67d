import { quote } from '@berth/platform/quote'
import type { InvalidField } from '../registry/fields.ts'
import type { StorageExceeded } from '../storage/storage.ts'

/** Members of result unions that several mutations answer with. */

export const modelNotFound = (id: string) => ({
  __typename: 'ModelNotFound' as const,
  message: `There is no model ${quote(id)} that you can see; \`models\` lists those there are.`,
})

export const versionNotFound = (id: string) => ({
  __typename: 'VersionNotFound' as const,
  message: `There is no version ${quote(id)} that you can see; \`models\` lists those there are.`,
})

export const invalidInput = ({ message, field }: InvalidField) =>
  ({ __typename: 'InvalidInput', message, field }) as const

export const storageExceeded = ({ message, storage }: StorageExceeded) =>
  ({ __typename: 'StorageExceeded', message, storage }) as const
