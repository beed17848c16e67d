import { z } from 'zod'
import type { Tool } from '../tools/form.ts'
import { invalid, optional } from './check.ts'

export const toolName = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, underscores and dashes')

const parameters = z.looseObject({ type: z.literal('object', 'must be object') })
const tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: toolName,
    description: optional(z.string()),
    parameters: optional(parameters),
    // Arguments are always kept to their schema.
    strict: optional(z.boolean()),
  }),
})

/** What a request says about tools. */
export const toolParameters = {
  tools: optional(z.array(tool).max(128)),
  tool_choice: optional(
    z.union([
      z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: toolName }) }),
      z.enum(['none', 'auto', 'required']),
    ]),
  ),
  parallel_tool_calls: optional(z.boolean()),
}

/** The functions that may be called, and whether one must be. */
export interface Calling {
  /** With their places in the request. */
  tools: readonly (Tool & { index: number })[]
  required: boolean
  /** Calls in one answer at most. */
  most: number
}

/** So that an answer ends. */
const mostCalls = 16

/** @throws ApiFailure when what is chosen is not there */
export function readTools(given: z.infer<z.ZodObject<typeof toolParameters>>): Calling {
  const all = (given.tools ?? []).map(({ function: { strict: _, ...one } }, index) => ({
    ...one,
    parameters: one.parameters ?? { type: 'object', properties: {} },
    index,
  }))
  const twice = all.find(({ name }, index) => all.findIndex((other) => other.name === name) < index)
  if (twice) {
    const param = `tools[${twice.index}].function.name`
    throw invalid(param, `${param} is wrong: there is another function ${twice.name}.`)
  }
  const choice = given.tool_choice ?? 'auto'
  const most = given.parallel_tool_calls === false || typeof choice === 'object' ? 1 : mostCalls
  if (choice === 'none' || choice === 'auto')
    return { tools: choice === 'none' ? [] : all, required: false, most }
  if (all.length === 0) throw invalid('tool_choice', 'tool_choice needs tools to choose from.')
  if (choice === 'required') return { tools: all, required: true, most }
  const tools = all.filter(({ name }) => name === choice.function.name)
  if (tools.length > 0) return { tools, required: true, most }
  throw invalid(
    'tool_choice.function.name',
    `tool_choice names ${choice.function.name}, which is not among the tools.`,
  )
}
