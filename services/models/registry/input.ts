import type { RegisterModelInput, UpdateModelInput } from '@berth/schema/generated/models.ts'
import { InvalidSource, parseSource, type SourceRules } from '../source/uri.ts'
import { checkDescription, checkName, checkShared, checkTag, InvalidField } from './fields.ts'
import type { Viewer } from './visible.ts'

/** A registration whose fields all keep the rules. */
export interface Registration {
  name: string
  tag: string
  description: string | null
  /** Null for the shared catalogue. */
  tenantId: string | null
  sourceUri: string
  sourceSha256: string | null
}

/** @throws InvalidField */
export function checkRegistration(
  input: RegisterModelInput,
  viewer: Viewer,
  rules: SourceRules,
): Registration {
  const { source } = input
  const name = checkName(input.name)
  const tag = checkTag(input.tag ?? 'latest')
  const description = checkDescription(input.description)
  const tenantId = checkShared(input.shared, viewer) ? null : viewer.tenantId
  const sourceSha256 = source.sha256?.toLowerCase() ?? null
  if (sourceSha256 !== null && !/^[0-9a-f]{64}$/.test(sourceSha256)) {
    throw new InvalidField('source.sha256', 'A SHA-256 digest has 64 hexadecimal digits.')
  }
  try {
    parseSource(source.uri, rules)
  } catch (error) {
    if (error instanceof InvalidSource) throw new InvalidField('source.uri', error.message)
    throw error
  }
  return { name, tag, description, tenantId, sourceUri: source.uri, sourceSha256 }
}

/** What is to become different of a model; what is absent stays. */
export interface ModelChange {
  name?: string
  /** Null takes it away. */
  description?: string | null
  shared?: boolean
}

/** @throws InvalidField */
export function checkUpdate(input: UpdateModelInput, viewer: Viewer): ModelChange {
  const { name, description, shared } = input
  return {
    ...(name != null && { name: checkName(name) }),
    ...(description != null && { description: checkDescription(description) }),
    ...(shared != null && { shared: checkShared(shared, viewer) }),
  }
}
