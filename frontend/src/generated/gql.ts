/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation UpdateModel($input: UpdateModelInput!) {\n    updateModel(input: $input) {\n      __typename\n      ... on UpdateModelSuccess { model { id name description shared } }\n      ... on InvalidInput { message field }\n      ... on Error { message }\n    }\n  }\n": typeof types.UpdateModelDocument,
    "\n  fragment ModelCard on Model {\n    id\n    name\n    description\n    shared\n    versions { ...VersionFacts }\n  }\n": typeof types.ModelCardFragmentDoc,
    "\n  query Models($search: String, $after: String) {\n    models(first: 20, after: $after, search: $search) {\n      edges { node { ...ModelCard } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.ModelsDocument,
    "\n  mutation RegisterModel($input: RegisterModelInput!) {\n    registerModel(input: $input) {\n      __typename\n      ... on RegisterModelSuccess { version { id tag model { id name } } }\n      ... on VersionTaken { message }\n      ... on InvalidInput { message field }\n    }\n  }\n": typeof types.RegisterModelDocument,
    "\n  subscription Retrieval($versionId: ID!) {\n    retrieval(versionId: $versionId) { ...RetrievalFacts }\n  }\n": typeof types.RetrievalDocument,
    "\n  mutation RetrieveModel($versionId: ID!) {\n    retrieveModel(versionId: $versionId) {\n      __typename\n      ... on RetrieveModelSuccess { version { ...VersionFacts } }\n      ... on Error { message }\n    }\n  }\n": typeof types.RetrieveModelDocument,
    "\n  mutation CancelRetrieval($versionId: ID!) {\n    cancelRetrieval(versionId: $versionId) {\n      __typename\n      ... on CancelRetrievalSuccess { version { ...VersionFacts } }\n      ... on Error { message }\n    }\n  }\n": typeof types.CancelRetrievalDocument,
    "\n  fragment RetrievalFacts on Retrieval {\n    id\n    status\n    bytesReceived\n    bytesTotal\n    error\n    createdAt\n    finishedAt\n    steps { name status attempts error startedAt finishedAt nextAttemptAt }\n  }\n": typeof types.RetrievalFactsFragmentDoc,
    "\n  query ModelStorage {\n    modelStorage { ...ModelStorageFacts }\n  }\n  fragment ModelStorageFacts on ModelStorage { usedBytes reservedBytes limitBytes }\n": typeof types.ModelStorageDocument,
    "\n  query Uploads {\n    uploads { ...UploadFacts }\n  }\n": typeof types.UploadsDocument,
    "\n  fragment UploadFacts on Upload {\n    id\n    fileName\n    sizeBytes\n    partSizeBytes\n    partCount\n    uploadedParts\n    version { id tag model { id name shared } }\n  }\n": typeof types.UploadFactsFragmentDoc,
    "\n  mutation BeginUpload($input: BeginUploadInput!) {\n    beginUpload(input: $input) {\n      __typename\n      ... on BeginUploadSuccess { upload { ...UploadFacts } }\n      ... on InvalidInput { message field }\n      ... on Error { message }\n    }\n  }\n": typeof types.BeginUploadDocument,
    "\n  mutation SignUploadParts($id: ID!, $numbers: [Int!]!) {\n    signUploadParts(id: $id, numbers: $numbers) {\n      __typename\n      ... on SignUploadPartsSuccess { parts { number url } }\n      ... on Error { message }\n    }\n  }\n": typeof types.SignUploadPartsDocument,
    "\n  mutation CompleteUpload($id: ID!, $sha256: String) {\n    completeUpload(id: $id, sha256: $sha256) {\n      __typename\n      ... on CompleteUploadSuccess { version { id status } }\n      ... on UploadIncomplete { message missingParts }\n      ... on Error { message }\n    }\n  }\n": typeof types.CompleteUploadDocument,
    "\n  mutation CancelUpload($id: ID!) {\n    cancelUpload(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": typeof types.CancelUploadDocument,
    "\n  mutation DeleteModelVersion($id: ID!) {\n    deleteModelVersion(id: $id) {\n      __typename\n      ... on DeleteModelVersionSuccess { version { id } }\n      ... on Error { message }\n    }\n  }\n": typeof types.DeleteModelVersionDocument,
    "\n  mutation RetagModelVersion($id: ID!, $tag: String!) {\n    retagModelVersion(id: $id, tag: $tag) {\n      __typename\n      ... on RetagModelVersionSuccess { version { id tag } }\n      ... on Error { message }\n    }\n  }\n": typeof types.RetagModelVersionDocument,
    "\n  query Version($id: ID!) {\n    modelVersion(id: $id) { ...VersionDetail }\n  }\n  fragment VersionDetail on ModelVersion {\n    ...VersionFacts\n    source { sha256 }\n    file { path }\n    metadata {\n      blockCount\n      embeddingLength\n      headCount\n      headCountKv\n      chatTemplate\n      tokenizer\n      vocabularySize\n      license\n      tensorCount\n    }\n    model { id name description shared }\n    servers { id name status }\n    createdAt\n  }\n": typeof types.VersionDocument,
    "\n  fragment VersionFacts on ModelVersion {\n    id\n    tag\n    status\n    source { uri sizeBytes }\n    file { sizeBytes sha256 }\n    metadata { architecture quantization parameterCount contextLength }\n    retrieval { ...RetrievalFacts }\n    updatedAt\n  }\n": typeof types.VersionFactsFragmentDoc,
    "\n  query DeployableModels {\n    models(first: 100) { edges { node { id name versions { id tag } } } }\n  }\n": typeof types.DeployableModelsDocument,
    "\n  query PlanServer($input: PlanServerInput!) {\n    planServer(input: $input) {\n      allowed\n      reasons { code message field }\n      token\n      expiresAt\n      retrievalNeeded\n      memory { modelBytes contextBytes totalBytes }\n      quota { resource used limit after }\n    }\n  }\n": typeof types.PlanServerDocument,
    "\n  mutation DeployServer($input: DeployServerInput!) {\n    deployServer(input: $input) {\n      __typename\n      ... on DeployServerSuccess { server { id name status } }\n      ... on Error { message }\n    }\n  }\n": typeof types.DeployServerDocument,
    "\n  query ServerEndpoint($id: ID!) {\n    server(id: $id) { id url modelName }\n  }\n": typeof types.ServerEndpointDocument,
    "\n  fragment ServerDetail on Server {\n    ...ServerRow\n    url\n    usage { requestsPerMinute tokensPerSecond queueLength sequencesBusy }\n    runtime { contextSize parallel threads gpuLayers batchSize }\n    kubernetes {\n      namespace\n      deployment\n      service\n      pods { name ready restarts node phase message memoryBytes cpuCores }\n    }\n    model { id name description }\n    modelVersion {\n      id\n      tag\n      status\n      file { sizeBytes sha256 }\n      metadata { architecture quantization parameterCount contextLength }\n    }\n  }\n": typeof types.ServerDetailFragmentDoc,
    "\n  subscription ServerChanged($id: ID!, $after: String) {\n    serverChanged(id: $id, after: $after) { cursor type serverId server { ...ServerDetail } }\n  }\n": typeof types.ServerChangedDocument,
    "\n  fragment ServerRow on Server {\n    id\n    name\n    status\n    message\n    modelName\n    replicas\n    readyReplicas\n    usage { memoryBytes maxMemoryBytes cpuCores }\n    createdAt\n    startedAt\n    updatedAt\n  }\n": typeof types.ServerRowFragmentDoc,
    "\n  query FirstServers {\n    servers(first: 100) { edges { node { ...ServerRow } } }\n  }\n": typeof types.FirstServersDocument,
    "\n  subscription ServersChanged($after: String) {\n    serversChanged(after: $after) { cursor type serverId server { ...ServerRow } }\n  }\n": typeof types.ServersChangedDocument,
    "\n  mutation ScaleServer($id: ID!, $replicas: Int!) {\n    scaleServer(id: $id, replicas: $replicas) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": typeof types.ScaleServerDocument,
    "\n  mutation StopServer($id: ID!) {\n    stopServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": typeof types.StopServerDocument,
    "\n  mutation StartServer($id: ID!) {\n    startServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": typeof types.StartServerDocument,
    "\n  mutation DeleteServer($id: ID!) {\n    deleteServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": typeof types.DeleteServerDocument,
    "\n  query Me {\n    me { id username role tenant { id name namespace } }\n  }\n": typeof types.MeDocument,
    "\n  mutation RegisterUser($input: RegisterUserInput!) {\n    registerUser(input: $input) {\n      __typename\n      ... on RegisterUserSuccess { user { id username } }\n      ... on UsernameTaken { message }\n      ... on InvalidInput { message field }\n    }\n  }\n": typeof types.RegisterUserDocument,
};
const documents: Documents = {
    "\n  mutation UpdateModel($input: UpdateModelInput!) {\n    updateModel(input: $input) {\n      __typename\n      ... on UpdateModelSuccess { model { id name description shared } }\n      ... on InvalidInput { message field }\n      ... on Error { message }\n    }\n  }\n": types.UpdateModelDocument,
    "\n  fragment ModelCard on Model {\n    id\n    name\n    description\n    shared\n    versions { ...VersionFacts }\n  }\n": types.ModelCardFragmentDoc,
    "\n  query Models($search: String, $after: String) {\n    models(first: 20, after: $after, search: $search) {\n      edges { node { ...ModelCard } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.ModelsDocument,
    "\n  mutation RegisterModel($input: RegisterModelInput!) {\n    registerModel(input: $input) {\n      __typename\n      ... on RegisterModelSuccess { version { id tag model { id name } } }\n      ... on VersionTaken { message }\n      ... on InvalidInput { message field }\n    }\n  }\n": types.RegisterModelDocument,
    "\n  subscription Retrieval($versionId: ID!) {\n    retrieval(versionId: $versionId) { ...RetrievalFacts }\n  }\n": types.RetrievalDocument,
    "\n  mutation RetrieveModel($versionId: ID!) {\n    retrieveModel(versionId: $versionId) {\n      __typename\n      ... on RetrieveModelSuccess { version { ...VersionFacts } }\n      ... on Error { message }\n    }\n  }\n": types.RetrieveModelDocument,
    "\n  mutation CancelRetrieval($versionId: ID!) {\n    cancelRetrieval(versionId: $versionId) {\n      __typename\n      ... on CancelRetrievalSuccess { version { ...VersionFacts } }\n      ... on Error { message }\n    }\n  }\n": types.CancelRetrievalDocument,
    "\n  fragment RetrievalFacts on Retrieval {\n    id\n    status\n    bytesReceived\n    bytesTotal\n    error\n    createdAt\n    finishedAt\n    steps { name status attempts error startedAt finishedAt nextAttemptAt }\n  }\n": types.RetrievalFactsFragmentDoc,
    "\n  query ModelStorage {\n    modelStorage { ...ModelStorageFacts }\n  }\n  fragment ModelStorageFacts on ModelStorage { usedBytes reservedBytes limitBytes }\n": types.ModelStorageDocument,
    "\n  query Uploads {\n    uploads { ...UploadFacts }\n  }\n": types.UploadsDocument,
    "\n  fragment UploadFacts on Upload {\n    id\n    fileName\n    sizeBytes\n    partSizeBytes\n    partCount\n    uploadedParts\n    version { id tag model { id name shared } }\n  }\n": types.UploadFactsFragmentDoc,
    "\n  mutation BeginUpload($input: BeginUploadInput!) {\n    beginUpload(input: $input) {\n      __typename\n      ... on BeginUploadSuccess { upload { ...UploadFacts } }\n      ... on InvalidInput { message field }\n      ... on Error { message }\n    }\n  }\n": types.BeginUploadDocument,
    "\n  mutation SignUploadParts($id: ID!, $numbers: [Int!]!) {\n    signUploadParts(id: $id, numbers: $numbers) {\n      __typename\n      ... on SignUploadPartsSuccess { parts { number url } }\n      ... on Error { message }\n    }\n  }\n": types.SignUploadPartsDocument,
    "\n  mutation CompleteUpload($id: ID!, $sha256: String) {\n    completeUpload(id: $id, sha256: $sha256) {\n      __typename\n      ... on CompleteUploadSuccess { version { id status } }\n      ... on UploadIncomplete { message missingParts }\n      ... on Error { message }\n    }\n  }\n": types.CompleteUploadDocument,
    "\n  mutation CancelUpload($id: ID!) {\n    cancelUpload(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": types.CancelUploadDocument,
    "\n  mutation DeleteModelVersion($id: ID!) {\n    deleteModelVersion(id: $id) {\n      __typename\n      ... on DeleteModelVersionSuccess { version { id } }\n      ... on Error { message }\n    }\n  }\n": types.DeleteModelVersionDocument,
    "\n  mutation RetagModelVersion($id: ID!, $tag: String!) {\n    retagModelVersion(id: $id, tag: $tag) {\n      __typename\n      ... on RetagModelVersionSuccess { version { id tag } }\n      ... on Error { message }\n    }\n  }\n": types.RetagModelVersionDocument,
    "\n  query Version($id: ID!) {\n    modelVersion(id: $id) { ...VersionDetail }\n  }\n  fragment VersionDetail on ModelVersion {\n    ...VersionFacts\n    source { sha256 }\n    file { path }\n    metadata {\n      blockCount\n      embeddingLength\n      headCount\n      headCountKv\n      chatTemplate\n      tokenizer\n      vocabularySize\n      license\n      tensorCount\n    }\n    model { id name description shared }\n    servers { id name status }\n    createdAt\n  }\n": types.VersionDocument,
    "\n  fragment VersionFacts on ModelVersion {\n    id\n    tag\n    status\n    source { uri sizeBytes }\n    file { sizeBytes sha256 }\n    metadata { architecture quantization parameterCount contextLength }\n    retrieval { ...RetrievalFacts }\n    updatedAt\n  }\n": types.VersionFactsFragmentDoc,
    "\n  query DeployableModels {\n    models(first: 100) { edges { node { id name versions { id tag } } } }\n  }\n": types.DeployableModelsDocument,
    "\n  query PlanServer($input: PlanServerInput!) {\n    planServer(input: $input) {\n      allowed\n      reasons { code message field }\n      token\n      expiresAt\n      retrievalNeeded\n      memory { modelBytes contextBytes totalBytes }\n      quota { resource used limit after }\n    }\n  }\n": types.PlanServerDocument,
    "\n  mutation DeployServer($input: DeployServerInput!) {\n    deployServer(input: $input) {\n      __typename\n      ... on DeployServerSuccess { server { id name status } }\n      ... on Error { message }\n    }\n  }\n": types.DeployServerDocument,
    "\n  query ServerEndpoint($id: ID!) {\n    server(id: $id) { id url modelName }\n  }\n": types.ServerEndpointDocument,
    "\n  fragment ServerDetail on Server {\n    ...ServerRow\n    url\n    usage { requestsPerMinute tokensPerSecond queueLength sequencesBusy }\n    runtime { contextSize parallel threads gpuLayers batchSize }\n    kubernetes {\n      namespace\n      deployment\n      service\n      pods { name ready restarts node phase message memoryBytes cpuCores }\n    }\n    model { id name description }\n    modelVersion {\n      id\n      tag\n      status\n      file { sizeBytes sha256 }\n      metadata { architecture quantization parameterCount contextLength }\n    }\n  }\n": types.ServerDetailFragmentDoc,
    "\n  subscription ServerChanged($id: ID!, $after: String) {\n    serverChanged(id: $id, after: $after) { cursor type serverId server { ...ServerDetail } }\n  }\n": types.ServerChangedDocument,
    "\n  fragment ServerRow on Server {\n    id\n    name\n    status\n    message\n    modelName\n    replicas\n    readyReplicas\n    usage { memoryBytes maxMemoryBytes cpuCores }\n    createdAt\n    startedAt\n    updatedAt\n  }\n": types.ServerRowFragmentDoc,
    "\n  query FirstServers {\n    servers(first: 100) { edges { node { ...ServerRow } } }\n  }\n": types.FirstServersDocument,
    "\n  subscription ServersChanged($after: String) {\n    serversChanged(after: $after) { cursor type serverId server { ...ServerRow } }\n  }\n": types.ServersChangedDocument,
    "\n  mutation ScaleServer($id: ID!, $replicas: Int!) {\n    scaleServer(id: $id, replicas: $replicas) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": types.ScaleServerDocument,
    "\n  mutation StopServer($id: ID!) {\n    stopServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": types.StopServerDocument,
    "\n  mutation StartServer($id: ID!) {\n    startServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": types.StartServerDocument,
    "\n  mutation DeleteServer($id: ID!) {\n    deleteServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n": types.DeleteServerDocument,
    "\n  query Me {\n    me { id username role tenant { id name namespace } }\n  }\n": types.MeDocument,
    "\n  mutation RegisterUser($input: RegisterUserInput!) {\n    registerUser(input: $input) {\n      __typename\n      ... on RegisterUserSuccess { user { id username } }\n      ... on UsernameTaken { message }\n      ... on InvalidInput { message field }\n    }\n  }\n": types.RegisterUserDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateModel($input: UpdateModelInput!) {\n    updateModel(input: $input) {\n      __typename\n      ... on UpdateModelSuccess { model { id name description shared } }\n      ... on InvalidInput { message field }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateModel($input: UpdateModelInput!) {\n    updateModel(input: $input) {\n      __typename\n      ... on UpdateModelSuccess { model { id name description shared } }\n      ... on InvalidInput { message field }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ModelCard on Model {\n    id\n    name\n    description\n    shared\n    versions { ...VersionFacts }\n  }\n"): (typeof documents)["\n  fragment ModelCard on Model {\n    id\n    name\n    description\n    shared\n    versions { ...VersionFacts }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Models($search: String, $after: String) {\n    models(first: 20, after: $after, search: $search) {\n      edges { node { ...ModelCard } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Models($search: String, $after: String) {\n    models(first: 20, after: $after, search: $search) {\n      edges { node { ...ModelCard } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RegisterModel($input: RegisterModelInput!) {\n    registerModel(input: $input) {\n      __typename\n      ... on RegisterModelSuccess { version { id tag model { id name } } }\n      ... on VersionTaken { message }\n      ... on InvalidInput { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation RegisterModel($input: RegisterModelInput!) {\n    registerModel(input: $input) {\n      __typename\n      ... on RegisterModelSuccess { version { id tag model { id name } } }\n      ... on VersionTaken { message }\n      ... on InvalidInput { message field }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Retrieval($versionId: ID!) {\n    retrieval(versionId: $versionId) { ...RetrievalFacts }\n  }\n"): (typeof documents)["\n  subscription Retrieval($versionId: ID!) {\n    retrieval(versionId: $versionId) { ...RetrievalFacts }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetrieveModel($versionId: ID!) {\n    retrieveModel(versionId: $versionId) {\n      __typename\n      ... on RetrieveModelSuccess { version { ...VersionFacts } }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RetrieveModel($versionId: ID!) {\n    retrieveModel(versionId: $versionId) {\n      __typename\n      ... on RetrieveModelSuccess { version { ...VersionFacts } }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelRetrieval($versionId: ID!) {\n    cancelRetrieval(versionId: $versionId) {\n      __typename\n      ... on CancelRetrievalSuccess { version { ...VersionFacts } }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation CancelRetrieval($versionId: ID!) {\n    cancelRetrieval(versionId: $versionId) {\n      __typename\n      ... on CancelRetrievalSuccess { version { ...VersionFacts } }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment RetrievalFacts on Retrieval {\n    id\n    status\n    bytesReceived\n    bytesTotal\n    error\n    createdAt\n    finishedAt\n    steps { name status attempts error startedAt finishedAt nextAttemptAt }\n  }\n"): (typeof documents)["\n  fragment RetrievalFacts on Retrieval {\n    id\n    status\n    bytesReceived\n    bytesTotal\n    error\n    createdAt\n    finishedAt\n    steps { name status attempts error startedAt finishedAt nextAttemptAt }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ModelStorage {\n    modelStorage { ...ModelStorageFacts }\n  }\n  fragment ModelStorageFacts on ModelStorage { usedBytes reservedBytes limitBytes }\n"): (typeof documents)["\n  query ModelStorage {\n    modelStorage { ...ModelStorageFacts }\n  }\n  fragment ModelStorageFacts on ModelStorage { usedBytes reservedBytes limitBytes }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Uploads {\n    uploads { ...UploadFacts }\n  }\n"): (typeof documents)["\n  query Uploads {\n    uploads { ...UploadFacts }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment UploadFacts on Upload {\n    id\n    fileName\n    sizeBytes\n    partSizeBytes\n    partCount\n    uploadedParts\n    version { id tag model { id name shared } }\n  }\n"): (typeof documents)["\n  fragment UploadFacts on Upload {\n    id\n    fileName\n    sizeBytes\n    partSizeBytes\n    partCount\n    uploadedParts\n    version { id tag model { id name shared } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation BeginUpload($input: BeginUploadInput!) {\n    beginUpload(input: $input) {\n      __typename\n      ... on BeginUploadSuccess { upload { ...UploadFacts } }\n      ... on InvalidInput { message field }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation BeginUpload($input: BeginUploadInput!) {\n    beginUpload(input: $input) {\n      __typename\n      ... on BeginUploadSuccess { upload { ...UploadFacts } }\n      ... on InvalidInput { message field }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignUploadParts($id: ID!, $numbers: [Int!]!) {\n    signUploadParts(id: $id, numbers: $numbers) {\n      __typename\n      ... on SignUploadPartsSuccess { parts { number url } }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation SignUploadParts($id: ID!, $numbers: [Int!]!) {\n    signUploadParts(id: $id, numbers: $numbers) {\n      __typename\n      ... on SignUploadPartsSuccess { parts { number url } }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CompleteUpload($id: ID!, $sha256: String) {\n    completeUpload(id: $id, sha256: $sha256) {\n      __typename\n      ... on CompleteUploadSuccess { version { id status } }\n      ... on UploadIncomplete { message missingParts }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation CompleteUpload($id: ID!, $sha256: String) {\n    completeUpload(id: $id, sha256: $sha256) {\n      __typename\n      ... on CompleteUploadSuccess { version { id status } }\n      ... on UploadIncomplete { message missingParts }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelUpload($id: ID!) {\n    cancelUpload(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation CancelUpload($id: ID!) {\n    cancelUpload(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteModelVersion($id: ID!) {\n    deleteModelVersion(id: $id) {\n      __typename\n      ... on DeleteModelVersionSuccess { version { id } }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteModelVersion($id: ID!) {\n    deleteModelVersion(id: $id) {\n      __typename\n      ... on DeleteModelVersionSuccess { version { id } }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetagModelVersion($id: ID!, $tag: String!) {\n    retagModelVersion(id: $id, tag: $tag) {\n      __typename\n      ... on RetagModelVersionSuccess { version { id tag } }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RetagModelVersion($id: ID!, $tag: String!) {\n    retagModelVersion(id: $id, tag: $tag) {\n      __typename\n      ... on RetagModelVersionSuccess { version { id tag } }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Version($id: ID!) {\n    modelVersion(id: $id) { ...VersionDetail }\n  }\n  fragment VersionDetail on ModelVersion {\n    ...VersionFacts\n    source { sha256 }\n    file { path }\n    metadata {\n      blockCount\n      embeddingLength\n      headCount\n      headCountKv\n      chatTemplate\n      tokenizer\n      vocabularySize\n      license\n      tensorCount\n    }\n    model { id name description shared }\n    servers { id name status }\n    createdAt\n  }\n"): (typeof documents)["\n  query Version($id: ID!) {\n    modelVersion(id: $id) { ...VersionDetail }\n  }\n  fragment VersionDetail on ModelVersion {\n    ...VersionFacts\n    source { sha256 }\n    file { path }\n    metadata {\n      blockCount\n      embeddingLength\n      headCount\n      headCountKv\n      chatTemplate\n      tokenizer\n      vocabularySize\n      license\n      tensorCount\n    }\n    model { id name description shared }\n    servers { id name status }\n    createdAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment VersionFacts on ModelVersion {\n    id\n    tag\n    status\n    source { uri sizeBytes }\n    file { sizeBytes sha256 }\n    metadata { architecture quantization parameterCount contextLength }\n    retrieval { ...RetrievalFacts }\n    updatedAt\n  }\n"): (typeof documents)["\n  fragment VersionFacts on ModelVersion {\n    id\n    tag\n    status\n    source { uri sizeBytes }\n    file { sizeBytes sha256 }\n    metadata { architecture quantization parameterCount contextLength }\n    retrieval { ...RetrievalFacts }\n    updatedAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DeployableModels {\n    models(first: 100) { edges { node { id name versions { id tag } } } }\n  }\n"): (typeof documents)["\n  query DeployableModels {\n    models(first: 100) { edges { node { id name versions { id tag } } } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PlanServer($input: PlanServerInput!) {\n    planServer(input: $input) {\n      allowed\n      reasons { code message field }\n      token\n      expiresAt\n      retrievalNeeded\n      memory { modelBytes contextBytes totalBytes }\n      quota { resource used limit after }\n    }\n  }\n"): (typeof documents)["\n  query PlanServer($input: PlanServerInput!) {\n    planServer(input: $input) {\n      allowed\n      reasons { code message field }\n      token\n      expiresAt\n      retrievalNeeded\n      memory { modelBytes contextBytes totalBytes }\n      quota { resource used limit after }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeployServer($input: DeployServerInput!) {\n    deployServer(input: $input) {\n      __typename\n      ... on DeployServerSuccess { server { id name status } }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation DeployServer($input: DeployServerInput!) {\n    deployServer(input: $input) {\n      __typename\n      ... on DeployServerSuccess { server { id name status } }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServerEndpoint($id: ID!) {\n    server(id: $id) { id url modelName }\n  }\n"): (typeof documents)["\n  query ServerEndpoint($id: ID!) {\n    server(id: $id) { id url modelName }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ServerDetail on Server {\n    ...ServerRow\n    url\n    usage { requestsPerMinute tokensPerSecond queueLength sequencesBusy }\n    runtime { contextSize parallel threads gpuLayers batchSize }\n    kubernetes {\n      namespace\n      deployment\n      service\n      pods { name ready restarts node phase message memoryBytes cpuCores }\n    }\n    model { id name description }\n    modelVersion {\n      id\n      tag\n      status\n      file { sizeBytes sha256 }\n      metadata { architecture quantization parameterCount contextLength }\n    }\n  }\n"): (typeof documents)["\n  fragment ServerDetail on Server {\n    ...ServerRow\n    url\n    usage { requestsPerMinute tokensPerSecond queueLength sequencesBusy }\n    runtime { contextSize parallel threads gpuLayers batchSize }\n    kubernetes {\n      namespace\n      deployment\n      service\n      pods { name ready restarts node phase message memoryBytes cpuCores }\n    }\n    model { id name description }\n    modelVersion {\n      id\n      tag\n      status\n      file { sizeBytes sha256 }\n      metadata { architecture quantization parameterCount contextLength }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ServerChanged($id: ID!, $after: String) {\n    serverChanged(id: $id, after: $after) { cursor type serverId server { ...ServerDetail } }\n  }\n"): (typeof documents)["\n  subscription ServerChanged($id: ID!, $after: String) {\n    serverChanged(id: $id, after: $after) { cursor type serverId server { ...ServerDetail } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ServerRow on Server {\n    id\n    name\n    status\n    message\n    modelName\n    replicas\n    readyReplicas\n    usage { memoryBytes maxMemoryBytes cpuCores }\n    createdAt\n    startedAt\n    updatedAt\n  }\n"): (typeof documents)["\n  fragment ServerRow on Server {\n    id\n    name\n    status\n    message\n    modelName\n    replicas\n    readyReplicas\n    usage { memoryBytes maxMemoryBytes cpuCores }\n    createdAt\n    startedAt\n    updatedAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FirstServers {\n    servers(first: 100) { edges { node { ...ServerRow } } }\n  }\n"): (typeof documents)["\n  query FirstServers {\n    servers(first: 100) { edges { node { ...ServerRow } } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ServersChanged($after: String) {\n    serversChanged(after: $after) { cursor type serverId server { ...ServerRow } }\n  }\n"): (typeof documents)["\n  subscription ServersChanged($after: String) {\n    serversChanged(after: $after) { cursor type serverId server { ...ServerRow } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ScaleServer($id: ID!, $replicas: Int!) {\n    scaleServer(id: $id, replicas: $replicas) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ScaleServer($id: ID!, $replicas: Int!) {\n    scaleServer(id: $id, replicas: $replicas) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StopServer($id: ID!) {\n    stopServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation StopServer($id: ID!) {\n    stopServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartServer($id: ID!) {\n    startServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation StartServer($id: ID!) {\n    startServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteServer($id: ID!) {\n    deleteServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteServer($id: ID!) {\n    deleteServer(id: $id) {\n      __typename\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me { id username role tenant { id name namespace } }\n  }\n"): (typeof documents)["\n  query Me {\n    me { id username role tenant { id name namespace } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RegisterUser($input: RegisterUserInput!) {\n    registerUser(input: $input) {\n      __typename\n      ... on RegisterUserSuccess { user { id username } }\n      ... on UsernameTaken { message }\n      ... on InvalidInput { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation RegisterUser($input: RegisterUserInput!) {\n    registerUser(input: $input) {\n      __typename\n      ... on RegisterUserSuccess { user { id username } }\n      ... on UsernameTaken { message }\n      ... on InvalidInput { message field }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;