import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { generate } from '@graphql-codegen/cli'
import { composeServices, transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import { parse, print } from 'graphql'
import { compile, type JSONSchema } from 'json-schema-to-typescript'
import { parse as parseYaml } from 'yaml'

/**
 * Makes everything under `schema/generated` and the frontend's typed documents from the SDL and the custom
 * resource definition. The subgraphs' addresses in the supergraph are placeholders: the gateway replaces them by those of
 * its environment.
 */
const root = resolve(dirname(new URL(import.meta.url).pathname), '..')
const generated = join(root, 'schema/generated')
const subgraphs = ['auth', 'models', 'servers']

const banner = 'Made by `npm run generate`; edit the source in schema/ instead.'

function sdl(name: string): string {
  return readFileSync(join(root, `schema/subgraphs/${name}.graphql`), 'utf8')
}

function composeSupergraph(): void {
  const composed = composeServices(
    subgraphs.map((name) => ({ name, typeDefs: parse(sdl(name)), url: `http://${name}.invalid/graphql` })),
  )
  if (composed.errors?.length) {
    throw new Error(
      `The subgraphs do not compose:\n${composed.errors.map((error) => `  ${error.message}`).join('\n')}`,
    )
  }
  const { supergraphSdl } = composed
  if (!supergraphSdl) throw new Error('The composition answered with no supergraph.')
  writeFileSync(join(generated, 'supergraph.graphql'), `# ${banner}\n${supergraphSdl.trim()}\n`)
  const publicSchema = print(transformSupergraphToPublicSchema(parse(supergraphSdl)))
  writeFileSync(join(generated, 'api.graphql'), `# ${banner}\n${publicSchema.trim()}\n`)
}

async function generateResolverTypes(): Promise<void> {
  for (const name of subgraphs) {
    await generate(
      {
        cwd: root,
        silent: true,
        generates: {
          [join(generated, `${name}.ts`)]: {
            schema: join(root, `schema/subgraphs/${name}.graphql`),
            plugins: ['typescript', 'typescript-resolvers'],
            config: {
              federation: true,
              useTypeImports: true,
              enumsAsTypes: true,
              defaultMapper: 'Partial<{T}>',
              defaultScalarType: 'unknown',
              scalars: {
                ID: 'string',
                Bytes: 'number',
                DateTime: { input: 'string', output: 'Date | string' },
              },
            },
          },
        },
      },
      true,
    )
  }
}

async function generateResourceTypes(): Promise<void> {
  const crd = parseYaml(readFileSync(join(root, 'schema/crds/modelserves.berth.dev.yaml'), 'utf8'))
  const schema: JSONSchema = crd.spec.versions[0].schema.openAPIV3Schema
  const code = await compile(schema, 'ModelServe', {
    bannerComment: `/** ${banner} */`,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
  })
  writeFileSync(join(generated, 'modelserve.ts'), code)
}

async function generateDocuments(): Promise<void> {
  await generate(
    {
      cwd: join(root, 'frontend'),
      silent: true,
      ignoreNoDocuments: true,
      generates: {
        [`${join(root, 'frontend/src/generated')}/`]: {
          schema: join(generated, 'api.graphql'),
          documents: [
            join(root, 'frontend/src/**/*.{ts,tsx}'),
            `!${join(root, 'frontend/src/generated/**/*')}`,
          ],
          preset: 'client',
          presetConfig: { fragmentMasking: false },
          config: {
            useTypeImports: true,
            enumsAsTypes: true,
            strictScalars: true,
            scalars: { ID: 'string', Bytes: 'number', DateTime: 'string' },
          },
        },
      },
    },
    true,
  )
}

composeSupergraph()
await generateResolverTypes()
await generateResourceTypes()
await generateDocuments()
