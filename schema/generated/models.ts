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
  parameterCount?: Maybe<Scalars['Float']['output']>;
  /** As GGUF names it, such as Q8_0. */
  quantization?: Maybe<Scalars['String']['output']>;
};

export type ModelSource = {
  __typename?: 'ModelSource';
  /** The digest that the file must have, as 64 hexadecimal digits; null when none was given. */
  sha256?: Maybe<Scalars['String']['output']>;
  /** As the source announces it; null until it was asked. */
  sizeBytes?: Maybe<Scalars['Bytes']['output']>;
  /** `s3://<bucket>/<key>` in a configured upstream, or `https://...`. A query string is never shown. */
  uri: Scalars['String']['output'];
};

export type ModelSourceInput = {
  sha256?: InputMaybe<Scalars['String']['input']>;
  uri: Scalars['String']['input'];
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
  /** Deletes a version, and its object when no other version has it. Refused while a server uses it. */
  deleteModelVersion: DeleteModelVersionResult;
  /** Registers a model's version: where its GGUF is to be had. Nothing is retrieved yet. */
  registerModel: RegisterModelResult;
  /** Starts the retrieval of a version, or answers with the one that runs. A failed one starts again. */
  retrieveModel: RetrieveModelResult;
};


export type MutationDeleteModelVersionArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRegisterModelArgs = {
  input: RegisterModelInput;
};


export type MutationRetrieveModelArgs = {
  versionId: Scalars['ID']['input'];
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
  /** The tenant's models and the shared catalogue, by name. `first` is at most 100. */
  models: ModelConnection;
};


export type QueryModelArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
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

/** One run of the retrieval workflow. */
export type Retrieval = {
  __typename?: 'Retrieval';
  bytesReceived: Scalars['Bytes']['output'];
  /** Null until the source has said. */
  bytesTotal?: Maybe<Scalars['Bytes']['output']>;
  error?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  status: RetrievalStatus;
  steps: Array<RetrievalStep>;
};

export type RetrievalStatus =
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

export type RetrieveModelResult = RetrieveModelSuccess | VersionNotFound;

export type RetrieveModelSuccess = {
  __typename?: 'RetrieveModelSuccess';
  version: ModelVersion;
};

export type Subscription = {
  __typename?: 'Subscription';
  /** The retrieval as it stands, then each change of it, at least two a second while bytes flow. */
  retrieval: Retrieval;
};


export type SubscriptionRetrievalArgs = {
  versionId: Scalars['ID']['input'];
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
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
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
  RetrieveModelResult:
    | ( Partial<RetrieveModelSuccess> )
    | ( Partial<VersionNotFound> )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Error:
    | ( Partial<InvalidInput> )
    | ( Partial<VersionInUse> )
    | ( Partial<VersionNotFound> )
    | ( Partial<VersionTaken> )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Bytes: ResolverTypeWrapper<Partial<Scalars['Bytes']['output']>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  DeleteModelVersionResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['DeleteModelVersionResult']>>;
  DeleteModelVersionSuccess: ResolverTypeWrapper<Partial<DeleteModelVersionSuccess>>;
  Error: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Error']>;
  InvalidInput: ResolverTypeWrapper<Partial<InvalidInput>>;
  Model: ResolverTypeWrapper<Partial<Model>>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  ModelConnection: ResolverTypeWrapper<Partial<ModelConnection>>;
  ModelEdge: ResolverTypeWrapper<Partial<ModelEdge>>;
  ModelFile: ResolverTypeWrapper<Partial<ModelFile>>;
  ModelMetadata: ResolverTypeWrapper<Partial<ModelMetadata>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  Float: ResolverTypeWrapper<Partial<Scalars['Float']['output']>>;
  ModelSource: ResolverTypeWrapper<Partial<ModelSource>>;
  ModelSourceInput: ResolverTypeWrapper<Partial<ModelSourceInput>>;
  ModelVersion: ResolverTypeWrapper<Partial<ModelVersion>>;
  ModelVersionStatus: ResolverTypeWrapper<Partial<ModelVersionStatus>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterModelInput: ResolverTypeWrapper<Partial<RegisterModelInput>>;
  RegisterModelResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RegisterModelResult']>>;
  RegisterModelSuccess: ResolverTypeWrapper<Partial<RegisterModelSuccess>>;
  Retrieval: ResolverTypeWrapper<Partial<Retrieval>>;
  RetrievalStatus: ResolverTypeWrapper<Partial<RetrievalStatus>>;
  RetrievalStep: ResolverTypeWrapper<Partial<RetrievalStep>>;
  RetrievalStepName: ResolverTypeWrapper<Partial<RetrievalStepName>>;
  RetrievalStepStatus: ResolverTypeWrapper<Partial<RetrievalStepStatus>>;
  RetrieveModelResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RetrieveModelResult']>>;
  RetrieveModelSuccess: ResolverTypeWrapper<Partial<RetrieveModelSuccess>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  VersionInUse: ResolverTypeWrapper<Partial<VersionInUse>>;
  VersionNotFound: ResolverTypeWrapper<Partial<VersionNotFound>>;
  VersionTaken: ResolverTypeWrapper<Partial<VersionTaken>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Bytes: Partial<Scalars['Bytes']['output']>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  DeleteModelVersionResult: Partial<ResolversUnionTypes<ResolversParentTypes>['DeleteModelVersionResult']>;
  DeleteModelVersionSuccess: Partial<DeleteModelVersionSuccess>;
  Error: ResolversInterfaceTypes<ResolversParentTypes>['Error'];
  InvalidInput: Partial<InvalidInput>;
  Model: Partial<Model | FederationReferenceTypes['Model']>;
  ID: Partial<Scalars['ID']['output']>;
  ModelConnection: Partial<ModelConnection>;
  ModelEdge: Partial<ModelEdge>;
  ModelFile: Partial<ModelFile>;
  ModelMetadata: Partial<ModelMetadata>;
  Int: Partial<Scalars['Int']['output']>;
  Float: Partial<Scalars['Float']['output']>;
  ModelSource: Partial<ModelSource>;
  ModelSourceInput: Partial<ModelSourceInput>;
  ModelVersion: Partial<ModelVersion | FederationReferenceTypes['ModelVersion']>;
  Mutation: Record<PropertyKey, never>;
  PageInfo: Partial<PageInfo>;
  Query: Record<PropertyKey, never>;
  RegisterModelInput: Partial<RegisterModelInput>;
  RegisterModelResult: Partial<ResolversUnionTypes<ResolversParentTypes>['RegisterModelResult']>;
  RegisterModelSuccess: Partial<RegisterModelSuccess>;
  Retrieval: Partial<Retrieval | FederationReferenceTypes['Retrieval']>;
  RetrievalStep: Partial<RetrievalStep>;
  RetrieveModelResult: Partial<ResolversUnionTypes<ResolversParentTypes>['RetrieveModelResult']>;
  RetrieveModelSuccess: Partial<RetrieveModelSuccess>;
  Subscription: Record<PropertyKey, never>;
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

export interface BytesScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Bytes'], any> {
  name: 'Bytes';
}

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
  __resolveType: TypeResolveFn<'InvalidInput' | 'VersionInUse' | 'VersionNotFound' | 'VersionTaken', ParentType, ContextType>;
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

export type ModelMetadataResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelMetadata'] = ResolversParentTypes['ModelMetadata']> = {
  architecture?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  blockCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  chatTemplate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  contextLength?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  embeddingLength?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  headCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  headCountKv?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  parameterCount?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  quantization?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ModelSourceResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelSource'] = ResolversParentTypes['ModelSource']> = {
  sha256?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sizeBytes?: Resolver<Maybe<ResolversTypes['Bytes']>, ParentType, ContextType>;
  uri?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
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
  deleteModelVersion?: Resolver<ResolversTypes['DeleteModelVersionResult'], ParentType, ContextType, RequireFields<MutationDeleteModelVersionArgs, 'id'>>;
  registerModel?: Resolver<ResolversTypes['RegisterModelResult'], ParentType, ContextType, RequireFields<MutationRegisterModelArgs, 'input'>>;
  retrieveModel?: Resolver<ResolversTypes['RetrieveModelResult'], ParentType, ContextType, RequireFields<MutationRetrieveModelArgs, 'versionId'>>;
};

export type PageInfoResolvers<ContextType = any, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = any, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  model?: Resolver<Maybe<ResolversTypes['Model']>, ParentType, ContextType, Partial<QueryModelArgs>>;
  models?: Resolver<ResolversTypes['ModelConnection'], ParentType, ContextType, RequireFields<QueryModelsArgs, 'first'>>;
};

export type RegisterModelResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['RegisterModelResult'] = ResolversParentTypes['RegisterModelResult']> = {
  __resolveType: TypeResolveFn<'InvalidInput' | 'RegisterModelSuccess' | 'VersionTaken', ParentType, ContextType>;
};

export type RegisterModelSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['RegisterModelSuccess'] = ResolversParentTypes['RegisterModelSuccess']> = {
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RetrievalResolvers<ContextType = any, ParentType extends ResolversParentTypes['Retrieval'] = ResolversParentTypes['Retrieval'], FederationReferenceType extends FederationReferenceTypes['Retrieval'] = FederationReferenceTypes['Retrieval']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Retrieval']> | FederationReferenceType, FederationReferenceType, ContextType>;
  bytesReceived?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  bytesTotal?: Resolver<Maybe<ResolversTypes['Bytes']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['RetrievalStatus'], ParentType, ContextType>;
  steps?: Resolver<Array<ResolversTypes['RetrievalStep']>, ParentType, ContextType>;
};

export type RetrievalStepResolvers<ContextType = any, ParentType extends ResolversParentTypes['RetrievalStep'] = ResolversParentTypes['RetrievalStep']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['RetrievalStepName'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['RetrievalStepStatus'], ParentType, ContextType>;
};

export type RetrieveModelResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['RetrieveModelResult'] = ResolversParentTypes['RetrieveModelResult']> = {
  __resolveType: TypeResolveFn<'RetrieveModelSuccess' | 'VersionNotFound', ParentType, ContextType>;
};

export type RetrieveModelSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['RetrieveModelSuccess'] = ResolversParentTypes['RetrieveModelSuccess']> = {
  version?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = any, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  retrieval?: SubscriptionResolver<ResolversTypes['Retrieval'], "retrieval", ParentType, ContextType, RequireFields<SubscriptionRetrievalArgs, 'versionId'>>;
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
  Bytes?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  DeleteModelVersionResult?: DeleteModelVersionResultResolvers<ContextType>;
  DeleteModelVersionSuccess?: DeleteModelVersionSuccessResolvers<ContextType>;
  Error?: ErrorResolvers<ContextType>;
  InvalidInput?: InvalidInputResolvers<ContextType>;
  Model?: ModelResolvers<ContextType>;
  ModelConnection?: ModelConnectionResolvers<ContextType>;
  ModelEdge?: ModelEdgeResolvers<ContextType>;
  ModelFile?: ModelFileResolvers<ContextType>;
  ModelMetadata?: ModelMetadataResolvers<ContextType>;
  ModelSource?: ModelSourceResolvers<ContextType>;
  ModelVersion?: ModelVersionResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RegisterModelResult?: RegisterModelResultResolvers<ContextType>;
  RegisterModelSuccess?: RegisterModelSuccessResolvers<ContextType>;
  Retrieval?: RetrievalResolvers<ContextType>;
  RetrievalStep?: RetrievalStepResolvers<ContextType>;
  RetrieveModelResult?: RetrieveModelResultResolvers<ContextType>;
  RetrieveModelSuccess?: RetrieveModelSuccessResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  VersionInUse?: VersionInUseResolvers<ContextType>;
  VersionNotFound?: VersionNotFoundResolvers<ContextType>;
  VersionTaken?: VersionTakenResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = any> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
};
