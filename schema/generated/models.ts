import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A count of bytes: an integer from 0 to 2^53 - 1. */
  Bytes: { input: number; output: number; }
  /** An instant, as RFC 3339 text in UTC. */
  DateTime: { input: string; output: Date | string; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type BeginUploadInput = {
  description?: InputMaybe<Scalars['String']['input']>;
  fileName: Scalars['String']['input'];
  /** As in RegisterModelInput. */
  name: Scalars['String']['input'];
  shared?: InputMaybe<Scalars['Boolean']['input']>;
  sizeBytes: Scalars['Bytes']['input'];
  tag?: InputMaybe<Scalars['String']['input']>;
};

export type BeginUploadResult = BeginUploadSuccess | InvalidInput | StorageExceeded | VersionTaken;

export type BeginUploadSuccess = {
  __typename?: 'BeginUploadSuccess';
  upload: Upload;
};

export type CancelRetrievalResult = CancelRetrievalSuccess | NoRetrieval | VersionNotFound;

export type CancelRetrievalSuccess = {
  __typename?: 'CancelRetrievalSuccess';
  version: ModelVersion;
};

export type CancelUploadResult = CancelUploadSuccess | UploadNotFound;

export type CancelUploadSuccess = {
  __typename?: 'CancelUploadSuccess';
  id: Scalars['ID']['output'];
};

export type CompleteUploadResult = CompleteUploadSuccess | InvalidInput | UploadIncomplete | UploadNotFound;

export type CompleteUploadSuccess = {
  __typename?: 'CompleteUploadSuccess';
  version: ModelVersion;
};

export type DeleteModelVersionResult = DeleteModelVersionSuccess | VersionInUse | VersionNotFound;

export type DeleteModelVersionSuccess = {
  __typename?: 'DeleteModelVersionSuccess';
  version: ModelVersion;
};

/** An error that the caller can do something about. */
export type Error = {
  message: Scalars['String']['output'];
};

/** A value that breaks a rule; nothing was changed. */
export type InvalidInput = Error & {
  __typename?: 'InvalidInput';
  /** The input's field, by its path, such as `source.uri`. */
  field?: Maybe<Scalars['String']['output']>;
  message: Scalars['String']['output'];
};

/** A named model; its versions are the files. */
export type Model = {
  __typename?: 'Model';
  createdAt: Scalars['DateTime']['output'];
  description?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  /** The version that was registered last. */
  latest?: Maybe<ModelVersion>;
  name: Scalars['String']['output'];
  /** In the catalogue that every tenant sees. */
  shared: Scalars['Boolean']['output'];
  updatedAt: Scalars['DateTime']['output'];
  /** Newest first. */
  versions: Array<ModelVersion>;
};

export type ModelConnection = {
  __typename?: 'ModelConnection';
  edges: Array<ModelEdge>;
  pageInfo: PageInfo;
};

export type ModelEdge = {
  __typename?: 'ModelEdge';
  cursor: Scalars['String']['output'];
  node: Model;
};

export type ModelFile = {
  __typename?: 'ModelFile';
  /** The object's key in the bucket `models`: `sha256/<digest>.gguf`. */
  path: Scalars['String']['output'];
  sha256: Scalars['String']['output'];
  sizeBytes: Scalars['Bytes']['output'];
};

/** Other tenants' servers use a model that would leave the shared catalogue. */
export type ModelInUse = Error & {
  __typename?: 'ModelInUse';
  message: Scalars['String']['output'];
  usedBy: Array<Scalars['String']['output']>;
};

export type ModelMetadata = {
  __typename?: 'ModelMetadata';
  architecture?: Maybe<Scalars['String']['output']>;
  blockCount?: Maybe<Scalars['Int']['output']>;
  chatTemplate?: Maybe<Scalars['String']['output']>;
  /** The longest context the model was made for, in tokens. */
  contextLength?: Maybe<Scalars['Int']['output']>;
  embeddingLength?: Maybe<Scalars['Int']['output']>;
  headCount?: Maybe<Scalars['Int']['output']>;
  headCountKv?: Maybe<Scalars['Int']['output']>;
  /** Numbers of one head's key for one token, where they are told apart from the embedding's share. */
  keyLength?: Maybe<Scalars['Int']['output']>;
  /** An SPDX identifier where the file gives one. */
  license?: Maybe<Scalars['String']['output']>;
  parameterCount?: Maybe<Scalars['Float']['output']>;
  /** As GGUF names it, such as Q8_0. */
  quantization?: Maybe<Scalars['String']['output']>;
  tensorCount?: Maybe<Scalars['Int']['output']>;
  /** The tokenizer's kind as GGUF names it, such as gpt2 or llama. */
  tokenizer?: Maybe<Scalars['String']['output']>;
  /** The same of its value. */
  valueLength?: Maybe<Scalars['Int']['output']>;
  /** How many tokens its vocabulary has. */
  vocabularySize?: Maybe<Scalars['Int']['output']>;
};

export type ModelNameTaken = Error & {
  __typename?: 'ModelNameTaken';
  message: Scalars['String']['output'];
};

export type ModelNotFound = Error & {
  __typename?: 'ModelNotFound';
  message: Scalars['String']['output'];
};

export type ModelSource = {
  __typename?: 'ModelSource';
  /** The digest that the file must have, as 64 hexadecimal digits; null when none was given. */
  sha256?: Maybe<Scalars['String']['output']>;
  /** As the source announces it; null until it was asked. */
  sizeBytes?: Maybe<Scalars['Bytes']['output']>;
  /** `s3://<bucket>/<key>` in a configured upstream, `https://...`, `hf://<org>/<repository>/<file>` of a model hub, or `upload:<file name>`. A query string is never shown. */
  uri: Scalars['String']['output'];
};

export type ModelSourceInput = {
  sha256?: InputMaybe<Scalars['String']['input']>;
  uri: Scalars['String']['input'];
};

/** Of one tenant; two versions with one digest count once. */
export type ModelStorage = {
  __typename?: 'ModelStorage';
  /** The largest file that may be retrieved or uploaded. */
  fileLimitBytes: Scalars['Bytes']['output'];
  limitBytes: Scalars['Bytes']['output'];
  /** Being retrieved or uploaded now. */
  reservedBytes: Scalars['Bytes']['output'];
  usedBytes: Scalars['Bytes']['output'];
};

/** One immutable GGUF of a model, under a tag. */
export type ModelVersion = {
  __typename?: 'ModelVersion';
  createdAt: Scalars['DateTime']['output'];
  /** The object in the store; null until the version is READY. */
  file?: Maybe<ModelFile>;
  id: Scalars['ID']['output'];
  /** From the GGUF header, read at the source before the retrieval where it can be; null until then. */
  metadata?: Maybe<ModelMetadata>;
  model: Model;
  /** The newest retrieval; null when there was none. */
  retrieval?: Maybe<Retrieval>;
  source: ModelSource;
  status: ModelVersionStatus;
  tag: Scalars['String']['output'];
  updatedAt: Scalars['DateTime']['output'];
};

export type ModelVersionStatus =
  | 'FAILED'
  | 'READY'
  | 'REGISTERED'
  | 'RETRIEVING';

export type Mutation = {
  __typename?: 'Mutation';
  /** Registers a version whose file the caller uploads in parts, straight to the object store; goes on with an upload of the same version, file name and size that is still open. */
  beginUpload: BeginUploadResult;
  /** Ends a version's retrieval and throws away what it received; `retrieveModel` starts anew. */
  cancelRetrieval: CancelRetrievalResult;
  /** Throws away what was uploaded, and the version with it. */
  cancelUpload: CancelUploadResult;
  /** Puts the parts together, and starts the steps that verify, inspect and publish the file. */
  completeUpload: CompleteUploadResult;
  /** Deletes a version, and its object when no other version has it. Refused while a server uses it. */
  deleteModelVersion: DeleteModelVersionResult;
  /** Registers a model's version: where its GGUF is to be had. Nothing is retrieved yet. */
  registerModel: RegisterModelResult;
  /** Gives a version another tag. */
  retagModelVersion: RetagModelVersionResult;
  /** Starts the retrieval of a version, or answers with the one that runs. A failed one starts again; that of an upload begins with `beginUpload`. */
  retrieveModel: RetrieveModelResult;
  /** Signs addresses that parts are PUT to; at most 100 at once. */
  signUploadParts: SignUploadPartsResult;
  /** Renames or describes a model; an admin also moves it into the shared catalogue. An absent field stays as it is. */
  updateModel: UpdateModelResult;
};


export type MutationBeginUploadArgs = {
  input: BeginUploadInput;
};


export type MutationCancelRetrievalArgs = {
  versionId: Scalars['ID']['input'];
};


export type MutationCancelUploadArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCompleteUploadArgs = {
  id: Scalars['ID']['input'];
  sha256?: InputMaybe<Scalars['String']['input']>;
};


export type MutationDeleteModelVersionArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRegisterModelArgs = {
  input: RegisterModelInput;
};


export type MutationRetagModelVersionArgs = {
  id: Scalars['ID']['input'];
  tag: Scalars['String']['input'];
};


export type MutationRetrieveModelArgs = {
  versionId: Scalars['ID']['input'];
};


export type MutationSignUploadPartsArgs = {
  id: Scalars['ID']['input'];
  numbers: Array<Scalars['Int']['input']>;
};


export type MutationUpdateModelArgs = {
  input: UpdateModelInput;
};

/** Nothing is being retrieved for the version. */
export type NoRetrieval = Error & {
  __typename?: 'NoRetrieval';
  message: Scalars['String']['output'];
  version: ModelVersion;
};

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

export type Query = {
  __typename?: 'Query';
  /** One model, by its id or by its name (the tenant's own comes before a shared one). */
  model?: Maybe<Model>;
  /** What the caller's tenant stores, and how much it may. */
  modelStorage: ModelStorage;
  modelVersion?: Maybe<ModelVersion>;
  /** The tenant's models and the shared catalogue, by name. `first` is at most 100; `search` is looked for in names, descriptions and tags. */
  models: ModelConnection;
  /** The caller's tenant's uploads that are not finished, newest first. */
  uploads: Array<Upload>;
};


export type QueryModelArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
};


export type QueryModelVersionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryModelsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
};

export type RegisterModelInput = {
  description?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 63 lower-case letters, digits, dots and hyphens; starts and ends with a letter or digit. */
  name: Scalars['String']['input'];
  /** Puts the model into the catalogue that every tenant sees; for admins. */
  shared?: InputMaybe<Scalars['Boolean']['input']>;
  source: ModelSourceInput;
  /** Names the version, such as `v1` or `q4-k-m`; `latest` when absent. */
  tag?: InputMaybe<Scalars['String']['input']>;
};

export type RegisterModelResult = InvalidInput | RegisterModelSuccess | VersionTaken;

export type RegisterModelSuccess = {
  __typename?: 'RegisterModelSuccess';
  version: ModelVersion;
};

export type RetagModelVersionResult = InvalidInput | RetagModelVersionSuccess | VersionNotFound | VersionTaken;

export type RetagModelVersionSuccess = {
  __typename?: 'RetagModelVersionSuccess';
  version: ModelVersion;
};

/** One run of the retrieval workflow. That of an upload has the steps VERIFY, INSPECT and PUBLISH only. */
export type Retrieval = {
  __typename?: 'Retrieval';
  bytesReceived: Scalars['Bytes']['output'];
  /** Null until the source has said. */
  bytesTotal?: Maybe<Scalars['Bytes']['output']>;
  createdAt: Scalars['DateTime']['output'];
  error?: Maybe<Scalars['String']['output']>;
  finishedAt?: Maybe<Scalars['DateTime']['output']>;
  id: Scalars['ID']['output'];
  status: RetrievalStatus;
  steps: Array<RetrievalStep>;
};

export type RetrievalStatus =
  | 'CANCELLED'
  | 'FAILED'
  | 'PENDING'
  | 'RUNNING'
  | 'SUCCEEDED';

export type RetrievalStep = {
  __typename?: 'RetrievalStep';
  /** How often the step was begun. */
  attempts: Scalars['Int']['output'];
  /** The newest attempt's error; null when there was none. */
  error?: Maybe<Scalars['String']['output']>;
  finishedAt?: Maybe<Scalars['DateTime']['output']>;
  name: RetrievalStepName;
  /** When it is attempted again, while it waits after a failure. */
  nextAttemptAt?: Maybe<Scalars['DateTime']['output']>;
  startedAt?: Maybe<Scalars['DateTime']['output']>;
  status: RetrievalStepStatus;
};

export type RetrievalStepName =
  | 'DOWNLOAD'
  | 'INSPECT'
  | 'PUBLISH'
  | 'RESOLVE'
  | 'SIGN'
  | 'VERIFY';

export type RetrievalStepStatus =
  | 'FAILED'
  | 'PENDING'
  | 'RUNNING'
  | 'SUCCEEDED';

export type RetrieveModelResult = InvalidInput | RetrieveModelSuccess | StorageExceeded | VersionNotFound;

export type RetrieveModelSuccess = {
  __typename?: 'RetrieveModelSuccess';
  version: ModelVersion;
};

export type SignUploadPartsResult = InvalidInput | SignUploadPartsSuccess | UploadNotFound;

export type SignUploadPartsSuccess = {
  __typename?: 'SignUploadPartsSuccess';
  parts: Array<SignedUploadPart>;
};

export type SignedUploadPart = {
  __typename?: 'SignedUploadPart';
  expiresAt: Scalars['DateTime']['output'];
  number: Scalars['Int']['output'];
  /** For one PUT of the part's bytes; holds a signature. */
  url: Scalars['String']['output'];
};

/** The tenant's limit of stored bytes, or of one file's size, does not hold so much. */
export type StorageExceeded = Error & {
  __typename?: 'StorageExceeded';
  message: Scalars['String']['output'];
  storage: ModelStorage;
};

export type Subscription = {
  __typename?: 'Subscription';
  /** The retrieval as it stands, then each change of it, at least two a second while bytes flow. */
  retrieval: Retrieval;
};


export type SubscriptionRetrievalArgs = {
  versionId: Scalars['ID']['input'];
};

export type UpdateModelInput = {
  /** An empty text takes the description away. */
  description?: InputMaybe<Scalars['String']['input']>;
  id: Scalars['ID']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  /** For admins: in the catalogue that every tenant sees, or the own tenant's again. */
  shared?: InputMaybe<Scalars['Boolean']['input']>;
};

export type UpdateModelResult = InvalidInput | ModelInUse | ModelNameTaken | ModelNotFound | UpdateModelSuccess;

export type UpdateModelSuccess = {
  __typename?: 'UpdateModelSuccess';
  model: Model;
};

/** A file on its way from a person to the object store. Abandoned ones end after a day without a new part. */
export type Upload = {
  __typename?: 'Upload';
  createdAt: Scalars['DateTime']['output'];
  fileName: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  partCount: Scalars['Int']['output'];
  /** Every part has this many bytes; the last one has what is left. */
  partSizeBytes: Scalars['Bytes']['output'];
  sizeBytes: Scalars['Bytes']['output'];
  updatedAt: Scalars['DateTime']['output'];
  /** Those that the store has, by number from 1. */
  uploadedParts: Array<Scalars['Int']['output']>;
  version: ModelVersion;
};

export type UploadIncomplete = Error & {
  __typename?: 'UploadIncomplete';
  message: Scalars['String']['output'];
  missingParts: Array<Scalars['Int']['output']>;
};

export type UploadNotFound = Error & {
  __typename?: 'UploadNotFound';
  message: Scalars['String']['output'];
};

export type VersionInUse = Error & {
  __typename?: 'VersionInUse';
  message: Scalars['String']['output'];
  /** The names of the servers that use it, and `a retrieval` while one runs. */
  usedBy: Array<Scalars['String']['output']>;
};

export type VersionNotFound = Error & {
  __typename?: 'VersionNotFound';
  message: Scalars['String']['output'];
};

/** The model already has a version under this tag, from another source. */
export type VersionTaken = Error & {
  __typename?: 'VersionTaken';
  message: Scalars['String']['output'];
  version: ModelVersion;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Model: Model;
  ModelVersion: ModelVersion;
  Retrieval: Retrieval;
  Upload: Upload;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Model:
    ( { __typename: 'Model' }
    & GraphQLRecursivePick<FederationTypes['Model'], {"id":true}> );
  ModelVersion:
    ( { __typename: 'ModelVersion' }
    & GraphQLRecursivePick<FederationTypes['ModelVersion'], {"id":true}> );
  Retrieval:
    ( { __typename: 'Retrieval' }
    & GraphQLRecursivePick<FederationTypes['Retrieval'], {"id":true}> );
  Upload:
    ( { __typename: 'Upload' }
    & GraphQLRecursivePick<FederationTypes['Upload'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  BeginUploadResult:
    | ( Partial<BeginUploadSuccess> )
    | ( Partial<InvalidInput> )
    | ( Partial<StorageExceeded> )
    | ( Partial<VersionTaken> )
  ;
  CancelRetrievalResult:
    | ( Partial<CancelRetrievalSuccess> )
    | ( Partial<NoRetrieval> )
    | ( Partial<VersionNotFound> )
  ;
  CancelUploadResult:
    | ( Partial<CancelUploadSuccess> )
    | ( Partial<UploadNotFound> )
  ;
  CompleteUploadResult:
    | ( Partial<CompleteUploadSuccess> )
    | ( Partial<InvalidInput> )
    | ( Partial<UploadIncomplete> )
    | ( Partial<UploadNotFound> )
  ;
  DeleteModelVersionResult:
    | ( Partial<DeleteModelVersionSuccess> )
    | ( Partial<VersionInUse> )
    | ( Partial<VersionNotFound> )
  ;
  RegisterModelResult:
    | ( Partial<InvalidInput> )
    | ( Partial<RegisterModelSuccess> )
    | ( Partial<VersionTaken> )
  ;
  RetagModelVersionResult:
    | ( Partial<InvalidInput> )
    | ( Partial<RetagModelVersionSuccess> )
    | ( Partial<VersionNotFound> )
    | ( Partial<VersionTaken> )
  ;
  RetrieveModelResult:
    | ( Partial<InvalidInput> )
    | ( Partial<RetrieveModelSuccess> )
    | ( Partial<StorageExceeded> )
    | ( Partial<VersionNotFound> )
  ;
  SignUploadPartsResult:
    | ( Partial<InvalidInput> )
    | ( Partial<SignUploadPartsSuccess> )
    | ( Partial<UploadNotFound> )
  ;
  UpdateModelResult:
    | ( Partial<InvalidInput> )
    | ( Partial<ModelInUse> )
    | ( Partial<ModelNameTaken> )
    | ( Partial<ModelNotFound> )
    | ( Partial<UpdateModelSuccess> )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Error:
    | ( Partial<InvalidInput> )
    | ( Partial<ModelInUse> )
    | ( Partial<ModelNameTaken> )
    | ( Partial<ModelNotFound> )
    | ( Partial<NoRetrieval> )
    | ( Partial<StorageExceeded> )
    | ( Partial<UploadIncomplete> )
    | ( Partial<UploadNotFound> )
    | ( Partial<VersionInUse> )
    | ( Partial<VersionNotFound> )
    | ( Partial<VersionTaken> )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  BeginUploadInput: ResolverTypeWrapper<Partial<BeginUploadInput>>;
  BeginUploadResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['BeginUploadResult']>>;
  BeginUploadSuccess: ResolverTypeWrapper<Partial<BeginUploadSuccess>>;
  Bytes: ResolverTypeWrapper<Partial<Scalars['Bytes']['output']>>;
  CancelRetrievalResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CancelRetrievalResult']>>;
  CancelRetrievalSuccess: ResolverTypeWrapper<Partial<CancelRetrievalSuccess>>;
  CancelUploadResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CancelUploadResult']>>;
  CancelUploadSuccess: ResolverTypeWrapper<Partial<CancelUploadSuccess>>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  CompleteUploadResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CompleteUploadResult']>>;
  CompleteUploadSuccess: ResolverTypeWrapper<Partial<CompleteUploadSuccess>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  DeleteModelVersionResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['DeleteModelVersionResult']>>;
  DeleteModelVersionSuccess: ResolverTypeWrapper<Partial<DeleteModelVersionSuccess>>;
  Error: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Error']>;
  InvalidInput: ResolverTypeWrapper<Partial<InvalidInput>>;
  Model: ResolverTypeWrapper<Partial<Model>>;
  ModelConnection: ResolverTypeWrapper<Partial<ModelConnection>>;
  ModelEdge: ResolverTypeWrapper<Partial<ModelEdge>>;
  ModelFile: ResolverTypeWrapper<Partial<ModelFile>>;
  ModelInUse: ResolverTypeWrapper<Partial<ModelInUse>>;
  ModelMetadata: ResolverTypeWrapper<Partial<ModelMetadata>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  Float: ResolverTypeWrapper<Partial<Scalars['Float']['output']>>;
  ModelNameTaken: ResolverTypeWrapper<Partial<ModelNameTaken>>;
  ModelNotFound: ResolverTypeWrapper<Partial<ModelNotFound>>;
  ModelSource: ResolverTypeWrapper<Partial<ModelSource>>;
  ModelSourceInput: ResolverTypeWrapper<Partial<ModelSourceInput>>;
  ModelStorage: ResolverTypeWrapper<Partial<ModelStorage>>;
  ModelVersion: ResolverTypeWrapper<Partial<ModelVersion>>;
  ModelVersionStatus: ResolverTypeWrapper<Partial<ModelVersionStatus>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NoRetrieval: ResolverTypeWrapper<Partial<NoRetrieval>>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterModelInput: ResolverTypeWrapper<Partial<RegisterModelInput>>;
  RegisterModelResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RegisterModelResult']>>;
  RegisterModelSuccess: ResolverTypeWrapper<Partial<RegisterModelSuccess>>;
  RetagModelVersionResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RetagModelVersionResult']>>;
  RetagModelVersionSuccess: ResolverTypeWrapper<Partial<RetagModelVersionSuccess>>;
  Retrieval: ResolverTypeWrapper<Partial<Retrieval>>;
  RetrievalStatus: ResolverTypeWrapper<Partial<RetrievalStatus>>;
  RetrievalStep: ResolverTypeWrapper<Partial<RetrievalStep>>;
  RetrievalStepName: ResolverTypeWrapper<Partial<RetrievalStepName>>;
  RetrievalStepStatus: ResolverTypeWrapper<Partial<RetrievalStepStatus>>;
  RetrieveModelResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RetrieveModelResult']>>;
  RetrieveModelSuccess: ResolverTypeWrapper<Partial<RetrieveModelSuccess>>;
  SignUploadPartsResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SignUploadPartsResult']>>;
  SignUploadPartsSuccess: ResolverTypeWrapper<Partial<SignUploadPartsSuccess>>;
  SignedUploadPart: ResolverTypeWrapper<Partial<SignedUploadPart>>;
  StorageExceeded: ResolverTypeWrapper<Partial<StorageExceeded>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UpdateModelInput: ResolverTypeWrapper<Partial<UpdateModelInput>>;
  UpdateModelResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['UpdateModelResult']>>;
  UpdateModelSuccess: ResolverTypeWrapper<Partial<UpdateModelSuccess>>;
  Upload: ResolverTypeWrapper<Partial<Upload>>;
  UploadIncomplete: ResolverTypeWrapper<Partial<UploadIncomplete>>;
  UploadNotFound: ResolverTypeWrapper<Partial<UploadNotFound>>;
  VersionInUse: ResolverTypeWrapper<Partial<VersionInUse>>;
  VersionNotFound: ResolverTypeWrapper<Partial<VersionNotFound>>;
  VersionTaken: ResolverTypeWrapper<Partial<VersionTaken>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  BeginUploadInput: Partial<BeginUploadInput>;
  BeginUploadResult: Partial<ResolversUnionTypes<ResolversParentTypes>['BeginUploadResult']>;
  BeginUploadSuccess: Partial<BeginUploadSuccess>;
  Bytes: Partial<Scalars['Bytes']['output']>;
  CancelRetrievalResult: Partial<ResolversUnionTypes<ResolversParentTypes>['CancelRetrievalResult']>;
  CancelRetrievalSuccess: Partial<CancelRetrievalSuccess>;
  CancelUploadResult: Partial<ResolversUnionTypes<ResolversParentTypes>['CancelUploadResult']>;
  CancelUploadSuccess: Partial<CancelUploadSuccess>;
  ID: Partial<Scalars['ID']['output']>;
  CompleteUploadResult: Partial<ResolversUnionTypes<ResolversParentTypes>['CompleteUploadResult']>;
  CompleteUploadSuccess: Partial<CompleteUploadSuccess>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  DeleteModelVersionResult: Partial<ResolversUnionTypes<ResolversParentTypes>['DeleteModelVersionResult']>;
  DeleteModelVersionSuccess: Partial<DeleteModelVersionSuccess>;
  Error: ResolversInterfaceTypes<ResolversParentTypes>['Error'];
  InvalidInput: Partial<InvalidInput>;
  Model: Partial<Model | FederationReferenceTypes['Model']>;
  ModelConnection: Partial<ModelConnection>;
  ModelEdge: Partial<ModelEdge>;
  ModelFile: Partial<ModelFile>;
  ModelInUse: Partial<ModelInUse>;
  ModelMetadata: Partial<ModelMetadata>;
  Int: Partial<Scalars['Int']['output']>;
  Float: Partial<Scalars['Float']['output']>;
  ModelNameTaken: Partial<ModelNameTaken>;
  ModelNotFound: Partial<ModelNotFound>;
  ModelSource: Partial<ModelSource>;
  ModelSourceInput: Partial<ModelSourceInput>;
  ModelStorage: Partial<ModelStorage>;
  ModelVersion: Partial<ModelVersion | FederationReferenceTypes['ModelVersion']>;
  Mutation: Record<PropertyKey, never>;
  NoRetrieval: Partial<NoRetrieval>;
  PageInfo: Partial<PageInfo>;
  Query: Record<PropertyKey, never>;
  RegisterModelInput: Partial<RegisterModelInput>;
  RegisterModelResult: Partial<ResolversUnionTypes<ResolversParentTypes>['RegisterModelResult']>;
  RegisterModelSuccess: Partial<RegisterModelSuccess>;
  RetagModelVersionResult: Partial<ResolversUnionTypes<ResolversParentTypes>['RetagModelVersionResult']>;
  RetagModelVersionSuccess: Partial<RetagModelVersionSuccess>;
  Retrieval: Partial<Retrieval | FederationReferenceTypes['Retrieval']>;
  RetrievalStep: Partial<RetrievalStep>;
  RetrieveModelResult: Partial<ResolversUnionTypes<ResolversParentTypes>['RetrieveModelResult']>;
  RetrieveModelSuccess: Partial<RetrieveModelSuccess>;
  SignUploadPartsResult: Partial<ResolversUnionTypes<ResolversParentTypes>['SignUploadPartsResult']>;
  SignUploadPartsSuccess: Partial<SignUploadPartsSuccess>;
  SignedUploadPart: Partial<SignedUploadPart>;
  StorageExceeded: Partial<StorageExceeded>;
  Subscription: Record<PropertyKey, never>;
  UpdateModelInput: Partial<UpdateModelInput>;
  UpdateModelResult: Partial<ResolversUnionTypes<ResolversParentTypes>['UpdateModelResult']>;
  UpdateModelSuccess: Partial<UpdateModelSuccess>;
  Upload: Partial<Upload | FederationReferenceTypes['Upload']>;
  UploadIncomplete: Partial<UploadIncomplete>;
  UploadNotFound: Partial<UploadNotFound>;
  VersionInUse: Partial<VersionInUse>;
  VersionNotFound: Partial<VersionNotFound>;
  VersionTaken: Partial<VersionTaken>;
  Boolean: Partial<Scalars['Boolean']['output']>;
  String: Partial<Scalars['String']['output']>;
};

export type AccessDirectiveArgs = {
  public?: Scalars['Boolean']['input'];
  scopes?: Array<Scalars['String']['input']>;
};

export type AccessDirectiveResolver<Result, Parent, ContextType = any, Args = AccessDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type BeginUploadResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['BeginUploadResult'] = ResolversParentTypes['BeginUploadResult']> = {
  __resolveType: TypeResolveFn<'BeginUploadSuccess' | 'InvalidInput' | 'StorageExceeded' | 'VersionTaken', ParentType, ContextType>;
};

export type BeginUploadSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['BeginUploadSuccess'] = ResolversParentTypes['BeginUploadSuccess']> = {
  upload?: Resolver<ResolversTypes['Upload'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface BytesScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Bytes'], any> {
  name: 'Bytes';
}

export type CancelRetrievalResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['CancelRetrievalResult'] = ResolversParentTypes['CancelRetrievalResult']> = {
  __resolveType: TypeResolveFn<'CancelRetrievalSuccess' | 'NoRetrieval' | 'VersionNotFound', ParentType, ContextType>;
};

export type CancelRetrievalSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['CancelRetrievalSuccess'] = ResolversParentTypes['CancelRetrievalSuccess']> = {
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CancelUploadResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['CancelUploadResult'] = ResolversParentTypes['CancelUploadResult']> = {
  __resolveType: TypeResolveFn<'CancelUploadSuccess' | 'UploadNotFound', ParentType, ContextType>;
};

export type CancelUploadSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['CancelUploadSuccess'] = ResolversParentTypes['CancelUploadSuccess']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CompleteUploadResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['CompleteUploadResult'] = ResolversParentTypes['CompleteUploadResult']> = {
  __resolveType: TypeResolveFn<'CompleteUploadSuccess' | 'InvalidInput' | 'UploadIncomplete' | 'UploadNotFound', ParentType, ContextType>;
};

export type CompleteUploadSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['CompleteUploadSuccess'] = ResolversParentTypes['CompleteUploadSuccess']> = {
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteModelVersionResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeleteModelVersionResult'] = ResolversParentTypes['DeleteModelVersionResult']> = {
  __resolveType: TypeResolveFn<'DeleteModelVersionSuccess' | 'VersionInUse' | 'VersionNotFound', ParentType, ContextType>;
};

export type DeleteModelVersionSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeleteModelVersionSuccess'] = ResolversParentTypes['DeleteModelVersionSuccess']> = {
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['Error'] = ResolversParentTypes['Error']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'ModelInUse' | 'ModelNameTaken' | 'ModelNotFound' | 'NoRetrieval' | 'StorageExceeded' | 'UploadIncomplete' | 'UploadNotFound' | 'VersionInUse' | 'VersionNotFound' | 'VersionTaken', ParentType, ContextType>;
};

export type InvalidInputResolvers<ContextType = any, ParentType extends ResolversParentTypes['InvalidInput'] = ResolversParentTypes['InvalidInput']> = {
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelResolvers<ContextType = any, ParentType extends ResolversParentTypes['Model'] = ResolversParentTypes['Model'], FederationReferenceType extends FederationReferenceTypes['Model'] = FederationReferenceTypes['Model']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Model']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  latest?: Resolver<Maybe<ResolversTypes['ModelVersion']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  shared?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  versions?: Resolver<Array<ResolversTypes['ModelVersion']>, ParentType, ContextType>;
};

export type ModelConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelConnection'] = ResolversParentTypes['ModelConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ModelEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ModelEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelEdge'] = ResolversParentTypes['ModelEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Model'], ParentType, ContextType>;
};

export type ModelFileResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelFile'] = ResolversParentTypes['ModelFile']> = {
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
};

export type ModelInUseResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelInUse'] = ResolversParentTypes['ModelInUse']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  usedBy?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelMetadataResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelMetadata'] = ResolversParentTypes['ModelMetadata']> = {
  architecture?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  blockCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  chatTemplate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  contextLength?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  embeddingLength?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  headCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  headCountKv?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  keyLength?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  license?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  parameterCount?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  quantization?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tensorCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tokenizer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  valueLength?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  vocabularySize?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ModelNameTakenResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelNameTaken'] = ResolversParentTypes['ModelNameTaken']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelNotFoundResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelNotFound'] = ResolversParentTypes['ModelNotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelSourceResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelSource'] = ResolversParentTypes['ModelSource']> = {
  sha256?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sizeBytes?: Resolver<Maybe<ResolversTypes['Bytes']>, ParentType, ContextType>;
  uri?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ModelStorageResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelStorage'] = ResolversParentTypes['ModelStorage']> = {
  fileLimitBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  limitBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  reservedBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  usedBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
};

export type ModelVersionResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelVersion'] = ResolversParentTypes['ModelVersion'], FederationReferenceType extends FederationReferenceTypes['ModelVersion'] = FederationReferenceTypes['ModelVersion']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ModelVersion']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  file?: Resolver<Maybe<ResolversTypes['ModelFile']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  metadata?: Resolver<Maybe<ResolversTypes['ModelMetadata']>, ParentType, ContextType>;
  model?: Resolver<ResolversTypes['Model'], ParentType, ContextType>;
  retrieval?: Resolver<Maybe<ResolversTypes['Retrieval']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['ModelSource'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ModelVersionStatus'], ParentType, ContextType>;
  tag?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = any, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  beginUpload?: Resolver<ResolversTypes['BeginUploadResult'], ParentType, ContextType, RequireFields<MutationBeginUploadArgs, 'input'>>;
  cancelRetrieval?: Resolver<ResolversTypes['CancelRetrievalResult'], ParentType, ContextType, RequireFields<MutationCancelRetrievalArgs, 'versionId'>>;
  cancelUpload?: Resolver<ResolversTypes['CancelUploadResult'], ParentType, ContextType, RequireFields<MutationCancelUploadArgs, 'id'>>;
  completeUpload?: Resolver<ResolversTypes['CompleteUploadResult'], ParentType, ContextType, RequireFields<MutationCompleteUploadArgs, 'id'>>;
  deleteModelVersion?: Resolver<ResolversTypes['DeleteModelVersionResult'], ParentType, ContextType, RequireFields<MutationDeleteModelVersionArgs, 'id'>>;
  registerModel?: Resolver<ResolversTypes['RegisterModelResult'], ParentType, ContextType, RequireFields<MutationRegisterModelArgs, 'input'>>;
  retagModelVersion?: Resolver<ResolversTypes['RetagModelVersionResult'], ParentType, ContextType, RequireFields<MutationRetagModelVersionArgs, 'id' | 'tag'>>;
  retrieveModel?: Resolver<ResolversTypes['RetrieveModelResult'], ParentType, ContextType, RequireFields<MutationRetrieveModelArgs, 'versionId'>>;
  signUploadParts?: Resolver<ResolversTypes['SignUploadPartsResult'], ParentType, ContextType, RequireFields<MutationSignUploadPartsArgs, 'id' | 'numbers'>>;
  updateModel?: Resolver<ResolversTypes['UpdateModelResult'], ParentType, ContextType, RequireFields<MutationUpdateModelArgs, 'input'>>;
};

export type NoRetrievalResolvers<ContextType = any, ParentType extends ResolversParentTypes['NoRetrieval'] = ResolversParentTypes['NoRetrieval']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = any, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = any, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  model?: Resolver<Maybe<ResolversTypes['Model']>, ParentType, ContextType, Partial<QueryModelArgs>>;
  modelStorage?: Resolver<ResolversTypes['ModelStorage'], ParentType, ContextType>;
  modelVersion?: Resolver<Maybe<ResolversTypes['ModelVersion']>, ParentType, ContextType, RequireFields<QueryModelVersionArgs, 'id'>>;
  models?: Resolver<ResolversTypes['ModelConnection'], ParentType, ContextType, RequireFields<QueryModelsArgs, 'first'>>;
  uploads?: Resolver<Array<ResolversTypes['Upload']>, ParentType, ContextType>;
};

export type RegisterModelResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['RegisterModelResult'] = ResolversParentTypes['RegisterModelResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'RegisterModelSuccess' | 'VersionTaken', ParentType, ContextType>;
};

export type RegisterModelSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['RegisterModelSuccess'] = ResolversParentTypes['RegisterModelSuccess']> = {
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RetagModelVersionResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['RetagModelVersionResult'] = ResolversParentTypes['RetagModelVersionResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'RetagModelVersionSuccess' | 'VersionNotFound' | 'VersionTaken', ParentType, ContextType>;
};

export type RetagModelVersionSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['RetagModelVersionSuccess'] = ResolversParentTypes['RetagModelVersionSuccess']> = {
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RetrievalResolvers<ContextType = any, ParentType extends ResolversParentTypes['Retrieval'] = ResolversParentTypes['Retrieval'], FederationReferenceType extends FederationReferenceTypes['Retrieval'] = FederationReferenceTypes['Retrieval']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Retrieval']> | FederationReferenceType, FederationReferenceType, ContextType>;
  bytesReceived?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  bytesTotal?: Resolver<Maybe<ResolversTypes['Bytes']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['RetrievalStatus'], ParentType, ContextType>;
  steps?: Resolver<Array<ResolversTypes['RetrievalStep']>, ParentType, ContextType>;
};

export type RetrievalStepResolvers<ContextType = any, ParentType extends ResolversParentTypes['RetrievalStep'] = ResolversParentTypes['RetrievalStep']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['RetrievalStepName'], ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['RetrievalStepStatus'], ParentType, ContextType>;
};

export type RetrieveModelResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['RetrieveModelResult'] = ResolversParentTypes['RetrieveModelResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'RetrieveModelSuccess' | 'StorageExceeded' | 'VersionNotFound', ParentType, ContextType>;
};

export type RetrieveModelSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['RetrieveModelSuccess'] = ResolversParentTypes['RetrieveModelSuccess']> = {
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SignUploadPartsResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['SignUploadPartsResult'] = ResolversParentTypes['SignUploadPartsResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'SignUploadPartsSuccess' | 'UploadNotFound', ParentType, ContextType>;
};

export type SignUploadPartsSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['SignUploadPartsSuccess'] = ResolversParentTypes['SignUploadPartsSuccess']> = {
  parts?: Resolver<Array<ResolversTypes['SignedUploadPart']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SignedUploadPartResolvers<ContextType = any, ParentType extends ResolversParentTypes['SignedUploadPart'] = ResolversParentTypes['SignedUploadPart']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type StorageExceededResolvers<ContextType = any, ParentType extends ResolversParentTypes['StorageExceeded'] = ResolversParentTypes['StorageExceeded']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  storage?: Resolver<ResolversTypes['ModelStorage'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = any, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  retrieval?: SubscriptionResolver<ResolversTypes['Retrieval'], "retrieval", ParentType, ContextType, RequireFields<SubscriptionRetrievalArgs, 'versionId'>>;
};

export type UpdateModelResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['UpdateModelResult'] = ResolversParentTypes['UpdateModelResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'ModelInUse' | 'ModelNameTaken' | 'ModelNotFound' | 'UpdateModelSuccess', ParentType, ContextType>;
};

export type UpdateModelSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['UpdateModelSuccess'] = ResolversParentTypes['UpdateModelSuccess']> = {
  model?: Resolver<ResolversTypes['Model'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UploadResolvers<ContextType = any, ParentType extends ResolversParentTypes['Upload'] = ResolversParentTypes['Upload'], FederationReferenceType extends FederationReferenceTypes['Upload'] = FederationReferenceTypes['Upload']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Upload']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  fileName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  partCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  partSizeBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  uploadedParts?: Resolver<Array<ResolversTypes['Int']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
};

export type UploadIncompleteResolvers<ContextType = any, ParentType extends ResolversParentTypes['UploadIncomplete'] = ResolversParentTypes['UploadIncomplete']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  missingParts?: Resolver<Array<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UploadNotFoundResolvers<ContextType = any, ParentType extends ResolversParentTypes['UploadNotFound'] = ResolversParentTypes['UploadNotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type VersionInUseResolvers<ContextType = any, ParentType extends ResolversParentTypes['VersionInUse'] = ResolversParentTypes['VersionInUse']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  usedBy?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type VersionNotFoundResolvers<ContextType = any, ParentType extends ResolversParentTypes['VersionNotFound'] = ResolversParentTypes['VersionNotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type VersionTakenResolvers<ContextType = any, ParentType extends ResolversParentTypes['VersionTaken'] = ResolversParentTypes['VersionTaken']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = any> = {
  BeginUploadResult?: BeginUploadResultResolvers<ContextType>;
  BeginUploadSuccess?: BeginUploadSuccessResolvers<ContextType>;
  Bytes?: GraphQLScalarType;
  CancelRetrievalResult?: CancelRetrievalResultResolvers<ContextType>;
  CancelRetrievalSuccess?: CancelRetrievalSuccessResolvers<ContextType>;
  CancelUploadResult?: CancelUploadResultResolvers<ContextType>;
  CancelUploadSuccess?: CancelUploadSuccessResolvers<ContextType>;
  CompleteUploadResult?: CompleteUploadResultResolvers<ContextType>;
  CompleteUploadSuccess?: CompleteUploadSuccessResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeleteModelVersionResult?: DeleteModelVersionResultResolvers<ContextType>;
  DeleteModelVersionSuccess?: DeleteModelVersionSuccessResolvers<ContextType>;
  Error?: ErrorResolvers<ContextType>;
  InvalidInput?: InvalidInputResolvers<ContextType>;
  Model?: ModelResolvers<ContextType>;
  ModelConnection?: ModelConnectionResolvers<ContextType>;
  ModelEdge?: ModelEdgeResolvers<ContextType>;
  ModelFile?: ModelFileResolvers<ContextType>;
  ModelInUse?: ModelInUseResolvers<ContextType>;
  ModelMetadata?: ModelMetadataResolvers<ContextType>;
  ModelNameTaken?: ModelNameTakenResolvers<ContextType>;
  ModelNotFound?: ModelNotFoundResolvers<ContextType>;
  ModelSource?: ModelSourceResolvers<ContextType>;
  ModelStorage?: ModelStorageResolvers<ContextType>;
  ModelVersion?: ModelVersionResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NoRetrieval?: NoRetrievalResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RegisterModelResult?: RegisterModelResultResolvers<ContextType>;
  RegisterModelSuccess?: RegisterModelSuccessResolvers<ContextType>;
  RetagModelVersionResult?: RetagModelVersionResultResolvers<ContextType>;
  RetagModelVersionSuccess?: RetagModelVersionSuccessResolvers<ContextType>;
  Retrieval?: RetrievalResolvers<ContextType>;
  RetrievalStep?: RetrievalStepResolvers<ContextType>;
  RetrieveModelResult?: RetrieveModelResultResolvers<ContextType>;
  RetrieveModelSuccess?: RetrieveModelSuccessResolvers<ContextType>;
  SignUploadPartsResult?: SignUploadPartsResultResolvers<ContextType>;
  SignUploadPartsSuccess?: SignUploadPartsSuccessResolvers<ContextType>;
  SignedUploadPart?: SignedUploadPartResolvers<ContextType>;
  StorageExceeded?: StorageExceededResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  UpdateModelResult?: UpdateModelResultResolvers<ContextType>;
  UpdateModelSuccess?: UpdateModelSuccessResolvers<ContextType>;
  Upload?: UploadResolvers<ContextType>;
  UploadIncomplete?: UploadIncompleteResolvers<ContextType>;
  UploadNotFound?: UploadNotFoundResolvers<ContextType>;
  VersionInUse?: VersionInUseResolvers<ContextType>;
  VersionNotFound?: VersionNotFoundResolvers<ContextType>;
  VersionTaken?: VersionTakenResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = any> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
};
