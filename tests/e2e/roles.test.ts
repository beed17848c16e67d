import { randomBytes, randomUUID } from 'node:crypto'
import { type Answer, ask, field } from '@berth/kit/graph'
import { newPerson, type Person, signIn } from '@berth/kit/people'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { queryOf } from '../fixtures/database.ts'
import { rootFields } from '../fixtures/schema.ts'
import { claimsOf, sign, signerOf } from '../fixtures/signer.ts'

const berth = inject('berth')
const data = inject('data')

const id = randomUUID()
const name = () => `m-${randomBytes(5).toString('hex')}`
const source = { uri: 's3://upstream/storyteller/storyteller.gguf' }
const told = '{ __typename ... on Error { message } }'
const register = `mutation ($input: RegisterModelInput!) { registerModel(input: $input) {
  __typename ... on RegisterModelSuccess { version { id model { id } } } ... on InvalidInput { field } } }`
const update = `mutation ($id: ID!) { updateModel(input: { id: $id, name: "mine" }) ${told} }`
const retag = `mutation ($id: ID!) { retagModelVersion(id: $id, tag: "v2") ${told} }`
const cancel = `mutation ($id: ID!) { cancelRetrieval(versionId: $id) ${told} }`
const remove = `mutation ($id: ID!) { deleteModelVersion(id: $id) ${told} }`

/** Each mutation, and what it answers whoever may call it; nothing of it changes what somebody else has. */
const mutations: Record<string, { operation: string; variables(): Record<string, unknown>; says: string }> = {
  registerUser: {
    operation: `mutation ($input: RegisterUserInput!) { registerUser(input: $input) ${told} }`,
    variables: () => ({ input: { username: 'Not A Name', password: 'long enough it is' } }),
    says: 'InvalidInput',
  },
  registerModel: {
    operation: register,
    variables: () => ({ input: { name: name(), source } }),
    says: 'Success',
  },
  updateModel: {
    operation: update,
    variables: () => ({ id }),
    says: 'ModelNotFound',
  },
  retagModelVersion: {
    operation: retag,
    variables: () => ({ id }),
    says: 'VersionNotFound',
  },
  retrieveModel: {
    operation: `mutation ($id: ID!) { retrieveModel(versionId: $id) ${told} }`,
    variables: () => ({ id }),
    says: 'VersionNotFound',
  },
  cancelRetrieval: {
    operation: cancel,
    variables: () => ({ id }),
    says: 'VersionNotFound',
  },
  deleteModelVersion: { operation: remove, variables: () => ({ id }), says: 'VersionNotFound' },
  beginUpload: {
    operation: `mutation ($input: BeginUploadInput!) { beginUpload(input: $input) ${told} }`,
    variables: () => ({ input: { name: name(), fileName: 'mine.gguf', sizeBytes: 1_000 } }),
    says: 'Success',
  },
  ...Object.fromEntries(
    ['signUploadParts(id: $id, numbers: [1])', 'completeUpload(id: $id)', 'cancelUpload(id: $id)'].map(
      (call) => [
        call.split('(')[0],
        {
          operation: `mutation ($id: ID!) { ${call} ${told} }`,
          variables: () => ({ id }),
          says: 'UploadNotFound',
        },
      ],
    ),
  ),
  deployServer: {
    operation: `mutation ($input: DeployServerInput!) { deployServer(input: $input) ${told} }`,
    variables: () => ({ input: { name: 'mine', model: 'there-is-no-such-model' } }),
    says: 'ContractViolation',
  },
  scaleServer: {
    operation: `mutation ($id: ID!) { scaleServer(id: $id, replicas: 1) ${told} }`,
    variables: () => ({ id }),
    says: 'ServerNotFound',
  },
  ...Object.fromEntries(
    ['stopServer', 'startServer', 'deleteServer'].map((call) => [
      call,
      {
        operation: `mutation ($id: ID!) { ${call}(id: $id) ${told} }`,
        variables: () => ({ id }),
        says: 'ServerNotFound',
      },
    ]),
  ),
}

// Nobody is made an operator by the graph yet, and tokens of fewer scopes are signed here: both need the data folder.
describe.runIf(data)('roles', () => {
  const people: Record<string, Person> = {}
  let scopeless: string

  beforeAll(async () => {
    const operator = await newPerson(berth, 'op')
    const auth = { berth, data, service: 'auth' } as const
    await queryOf(auth, `UPDATE users SET role = 'OPERATOR' WHERE username = '${operator.username}'`)
    people.USER = await newPerson(berth, 'user')
    people.OPERATOR = await signIn(berth, operator.username, operator.password)
    people.ADMIN = await signIn(berth, 'admin', inject('adminPassword'))
    scopeless = sign(await signerOf(auth), claimsOf(people.USER.token), { scope: 'models:read servers:read' })
  })

  const call = (mutation: string, token?: string): Promise<Answer> => {
    const { operation, variables } = mutations[mutation] ?? { operation: '', variables: () => ({}) }
    return ask(berth, operation, variables(), token)
  }

  test('every mutation of the schema is tried here', () => {
    expect(Object.keys(mutations).toSorted()).toEqual(rootFields('Mutation').toSorted())
  })

  test.each(
    Object.keys(mutations).flatMap((mutation) =>
      ['USER', 'OPERATOR', 'ADMIN'].map((role) => [role, mutation]),
    ),
  )('the role %s may call %s for its own tenant', async (role, mutation) => {
    const { errors, data } = await call(mutation, people[role]?.token)
    expect(errors).toBeUndefined()
    expect(JSON.stringify(data)).toContain(mutations[mutation]?.says)
  })

  test.each(Object.keys(mutations).filter((mutation) => mutation !== 'registerUser'))(
    '%s wants a token, and one that may write',
    async (mutation) => {
      const code = async (token?: string) => {
        const { data, errors } = await call(mutation, token)
        return { data, code: errors?.[0]?.extensions?.code }
      }
      expect(await code()).toMatchObject({ code: 'UNAUTHENTICATED' })
      expect(await code(scopeless)).toMatchObject({ code: 'FORBIDDEN' })
    },
  )

  test('the shared catalogue is changed by admins alone', async () => {
    const input = { name: name(), source, shared: true }
    const { version } = await field<{ version: { id: string; model: { id: string } } }>(
      berth,
      register,
      { input },
      people.ADMIN?.token,
    )
    for (const role of ['USER', 'OPERATOR']) {
      const token = people[role]?.token
      expect(await field(berth, register, { input: { ...input, name: name() } }, token)).toEqual({
        __typename: 'InvalidInput',
        field: 'shared',
      })
      for (const change of [remove, cancel, retag, update]) {
        const { id } = change === update ? version.model : version
        const { errors } = await ask(berth, change, { id }, token)
        expect(errors?.[0]).toMatchObject({
          extensions: { code: 'FORBIDDEN' },
          message: expect.stringContaining('admin'),
        })
      }
    }
    expect(await field(berth, remove, { id: version.id }, people.ADMIN?.token)).toMatchObject({
      __typename: 'DeleteModelVersionSuccess',
    })
  })
})
