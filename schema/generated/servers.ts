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

export type ContractReason = {
  __typename?: 'ContractReason';
  code: ContractReasonCode;
  /** The input's field, by its path, such as `runtime.contextSize`; null when no single one is wrong. */
  field?: Maybe<Scalars['String']['output']>;
  message: Scalars['String']['output'];
};

export type ContractReasonCode =
  | 'CONTEXT_TOO_LONG'
  | 'INVALID_INPUT'
  | 'MODEL_NOT_FOUND'
  | 'NAME_TAKEN'
  | 'QUOTA_CPU'
  | 'QUOTA_MEMORY'
  | 'QUOTA_REPLICAS'
  | 'QUOTA_SERVERS'
  /** The model must be retrieved first, and the tenant's storage has no room for it. */
  | 'QUOTA_STORAGE';

/** The contract says no; nothing was created or changed. */
export type ContractViolation = Error & {
  __typename?: 'ContractViolation';
  message: Scalars['String']['output'];
  reasons: Array<ContractReason>;
};

export type DeleteServerResult = DeleteServerSuccess | ServerNotFound;

export type DeleteServerSuccess = {
  __typename?: 'DeleteServerSuccess';
  server: Server;
};

/** Either the fields of a plan's input, or `plan` alone. */
export type DeployServerInput = {
  model?: InputMaybe<Scalars['String']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  /** The token of an accepted plan. */
  plan?: InputMaybe<Scalars['String']['input']>;
  replicas?: InputMaybe<Scalars['Int']['input']>;
  runtime?: InputMaybe<RuntimeInput>;
  versionId?: InputMaybe<Scalars['ID']['input']>;
};

export type DeployServerResult = ContractViolation | DeployServerSuccess | InvalidInput | PlanRejected;

export type DeployServerSuccess = {
  __typename?: 'DeployServerSuccess';
  server: Server;
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

export type MemoryEstimate = {
  __typename?: 'MemoryEstimate';
  /** The key-value cache of every sequence, and the engine's buffers. */
  contextBytes: Scalars['Bytes']['output'];
  /** The weights. */
  modelBytes: Scalars['Bytes']['output'];
  totalBytes: Scalars['Bytes']['output'];
};

export type Model = {
  __typename?: 'Model';
  id: Scalars['ID']['output'];
};

export type ModelVersion = {
  __typename?: 'ModelVersion';
  id: Scalars['ID']['output'];
  /** The caller's tenant's servers that run it, by name; null while that cannot be told. */
  servers?: Maybe<Array<Server>>;
};

export type Mutation = {
  __typename?: 'Mutation';
  deleteServer: DeleteServerResult;
  /** Creates a server from its input, or from an accepted plan, whose input then holds. */
  deployServer: DeployServerResult;
  scaleServer: ScaleServerResult;
  startServer: StartServerResult;
  /** Takes the server's pods away and keeps its record. */
  stopServer: StopServerResult;
};


export type MutationDeleteServerArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDeployServerArgs = {
  input: DeployServerInput;
};


export type MutationScaleServerArgs = {
  id: Scalars['ID']['input'];
  replicas: Scalars['Int']['input'];
};


export type MutationStartServerArgs = {
  id: Scalars['ID']['input'];
};


export type MutationStopServerArgs = {
  id: Scalars['ID']['input'];
};

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** The plan's token is expired, forged, another tenant's, or no longer true. */
export type PlanRejected = Error & {
  __typename?: 'PlanRejected';
  message: Scalars['String']['output'];
};

export type PlanServerInput = {
  /** The model's name; its latest version unless `versionId` is given. */
  model: Scalars['String']['input'];
  name: Scalars['String']['input'];
  /** 1 when absent. */
  replicas?: InputMaybe<Scalars['Int']['input']>;
  runtime?: InputMaybe<RuntimeInput>;
  versionId?: InputMaybe<Scalars['ID']['input']>;
};

export type Pod = {
  __typename?: 'Pod';
  cpuCores?: Maybe<Scalars['Float']['output']>;
  memoryBytes?: Maybe<Scalars['Bytes']['output']>;
  message?: Maybe<Scalars['String']['output']>;
  name: Scalars['String']['output'];
  node?: Maybe<Scalars['String']['output']>;
  /** The pod's phase, or why it waits, such as ImagePullBackOff. */
  phase: Scalars['String']['output'];
  ready: Scalars['Boolean']['output'];
  restarts: Scalars['Int']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** What deploying this would mean, and whether the contract allows it. Changes nothing. */
  planServer: ServerPlan;
  server?: Maybe<Server>;
  /** The tenant's servers, newest first. `first` is at most 100. */
  servers: ServerConnection;
};


export type QueryPlanServerArgs = {
  input: PlanServerInput;
};


export type QueryServerArgs = {
  id: Scalars['ID']['input'];
};


export type QueryServersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<ServerStatus>;
};

export type QuotaResource =
  | 'CPU'
  | 'MEMORY'
  | 'REPLICAS'
  | 'SERVERS';

/** One limit of the tenant's contract, in its own unit: a count, cores, or bytes. */
export type QuotaUse = {
  __typename?: 'QuotaUse';
  /** What would be used afterwards. */
  after: Scalars['Float']['output'];
  limit: Scalars['Float']['output'];
  resource: QuotaResource;
  used: Scalars['Float']['output'];
};

/** How the engine runs the model. */
export type Runtime = {
  __typename?: 'Runtime';
  /** Tokens evaluated in one batch. */
  batchSize: Scalars['Int']['output'];
  /** Tokens of context for each sequence. */
  contextSize: Scalars['Int']['output'];
  /** Layers offloaded to a GPU. */
  gpuLayers: Scalars['Int']['output'];
  /** Sequences that are evaluated at once. */
  parallel: Scalars['Int']['output'];
  /** CPU threads. */
  threads: Scalars['Int']['output'];
};

export type RuntimeInput = {
  /** 16 to 8,192; 512 when absent. */
  batchSize?: InputMaybe<Scalars['Int']['input']>;
  /** 128 to 1,048,576; the model's own length, at most 4096, when absent. */
  contextSize?: InputMaybe<Scalars['Int']['input']>;
  /** 0 to 1,000; 0 when absent. */
  gpuLayers?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 64; 4 when absent. */
  parallel?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 256; 2 when absent. */
  threads?: InputMaybe<Scalars['Int']['input']>;
};

export type ScaleServerResult = ContractViolation | InvalidInput | ScaleServerSuccess | ServerConflict | ServerNotFound;

export type ScaleServerSuccess = {
  __typename?: 'ScaleServerSuccess';
  server: Server;
};

/** A model that is served at an endpoint of its own. */
export type Server = {
  __typename?: 'Server';
  createdAt: Scalars['DateTime']['output'];
  /** The UUID in the endpoint's address. */
  id: Scalars['ID']['output'];
  kubernetes: ServerKubernetes;
  /** Why the status is what it is, in a sentence; null when there is nothing to say. */
  message?: Maybe<Scalars['String']['output']>;
  model?: Maybe<Model>;
  /** The model's name when the server was deployed. */
  modelName: Scalars['String']['output'];
  modelVersion?: Maybe<ModelVersion>;
  /** A DNS label, unique in the tenant; also the name of the ModelServe resource. */
  name: Scalars['String']['output'];
  readyReplicas: Scalars['Int']['output'];
  /** How many are wanted. */
  replicas: Scalars['Int']['output'];
  runtime: Runtime;
  /** When it last became READY. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
  status: ServerStatus;
  updatedAt: Scalars['DateTime']['output'];
  /** The base URL for an OpenAI client. */
  url: Scalars['String']['output'];
  usage: ServerUsage;
};

export type ServerChange = {
  __typename?: 'ServerChange';
  /** Where the caller now stands; give it as `after` to go on from here. */
  cursor: Scalars['String']['output'];
  /** Null when the server was deleted. */
  server?: Maybe<Server>;
  serverId: Scalars['ID']['output'];
  type: ServerChangeType;
};

export type ServerChangeType =
  | 'ADDED'
  | 'DELETED'
  | 'SNAPSHOT'
  | 'UPDATED';

/** The server is being deleted, or is in another state that does not allow this. */
export type ServerConflict = Error & {
  __typename?: 'ServerConflict';
  message: Scalars['String']['output'];
};

export type ServerConnection = {
  __typename?: 'ServerConnection';
  edges: Array<ServerEdge>;
  pageInfo: PageInfo;
};

export type ServerEdge = {
  __typename?: 'ServerEdge';
  cursor: Scalars['String']['output'];
  node: Server;
};

export type ServerKubernetes = {
  __typename?: 'ServerKubernetes';
  deployment: Scalars['String']['output'];
  namespace: Scalars['String']['output'];
  pods: Array<Pod>;
  service: Scalars['String']['output'];
};

export type ServerNotFound = Error & {
  __typename?: 'ServerNotFound';
  message: Scalars['String']['output'];
};

export type ServerPlan = {
  __typename?: 'ServerPlan';
  allowed: Scalars['Boolean']['output'];
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** For one replica; null until the model's header is known. */
  memory?: Maybe<MemoryEstimate>;
  quota: Array<QuotaUse>;
  /** Why not; empty when it is allowed. */
  reasons: Array<ContractReason>;
  /** Whether the model must be brought into the object store first. */
  retrievalNeeded: Scalars['Boolean']['output'];
  /** To be given to deployServer; null when it is not allowed. */
  token?: Maybe<Scalars['String']['output']>;
};

export type ServerStatus =
  /** Some replicas are ready. */
  | 'DEGRADED'
  | 'DELETING'
  /** It cannot go on by itself; `message` says why. */
  | 'FAILED'
  /** Recorded; nothing has been applied yet. */
  | 'PENDING'
  /** Every replica is ready. */
  | 'READY'
  /** The model is on its way into the object store. */
  | 'RETRIEVING'
  /** Applied; no pod is ready yet. */
  | 'STARTING'
  | 'STOPPED';

export type ServerUsage = {
  __typename?: 'ServerUsage';
  cpuCores?: Maybe<Scalars['Float']['output']>;
  /** The most that was seen since the server was created. */
  maxMemoryBytes?: Maybe<Scalars['Bytes']['output']>;
  /** Over all pods, now; null when no pod runs. */
  memoryBytes?: Maybe<Scalars['Bytes']['output']>;
  /** Answers that wait for a sequence. */
  queueLength?: Maybe<Scalars['Int']['output']>;
  /** Requests that ended within the last minute, over all pods; null while no pod tells. */
  requestsPerMinute?: Maybe<Scalars['Int']['output']>;
  /** Of `runtime.parallel` sequences in each pod, those that answer a request now. */
  sequencesBusy?: Maybe<Scalars['Int']['output']>;
  /** Tokens of answers, over the last ten seconds. */
  tokensPerSecond?: Maybe<Scalars['Float']['output']>;
};

export type StartServerResult = ContractViolation | ServerConflict | ServerNotFound | StartServerSuccess;

export type StartServerSuccess = {
  __typename?: 'StartServerSuccess';
  server: Server;
};

export type StopServerResult = ServerConflict | ServerNotFound | StopServerSuccess;

export type StopServerSuccess = {
  __typename?: 'StopServerSuccess';
  server: Server;
};

export type Subscription = {
  __typename?: 'Subscription';
  /** One server as it is, then its latest state at each change; with a cursor, from there on. */
  serverChanged: ServerChange;
  /**
   * Every server of the tenant as it is (one SNAPSHOT each), then the latest state of each one that changes. With the
   * cursor of the last change that arrived, goes on from there: nothing is missed and nothing comes twice.
   */
  serversChanged: ServerChange;
};


export type SubscriptionServerChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  id: Scalars['ID']['input'];
};


export type SubscriptionServersChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
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
  ModelVersion: ModelVersion;
  Server: Server;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  ModelVersion:
    ( { __typename: 'ModelVersion' }
    & GraphQLRecursivePick<FederationTypes['ModelVersion'], {"id":true}> );
  Server:
    ( { __typename: 'Server' }
    & GraphQLRecursivePick<FederationTypes['Server'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  DeleteServerResult:
    | ( Partial<DeleteServerSuccess> )
    | ( Partial<ServerNotFound> )
  ;
  DeployServerResult:
    | ( Partial<ContractViolation> )
    | ( Partial<DeployServerSuccess> )
    | ( Partial<InvalidInput> )
    | ( Partial<PlanRejected> )
  ;
  ScaleServerResult:
    | ( Partial<ContractViolation> )
    | ( Partial<InvalidInput> )
    | ( Partial<ScaleServerSuccess> )
    | ( Partial<ServerConflict> )
    | ( Partial<ServerNotFound> )
  ;
  StartServerResult:
    | ( Partial<ContractViolation> )
    | ( Partial<ServerConflict> )
    | ( Partial<ServerNotFound> )
    | ( Partial<StartServerSuccess> )
  ;
  StopServerResult:
    | ( Partial<ServerConflict> )
    | ( Partial<ServerNotFound> )
    | ( Partial<StopServerSuccess> )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Error:
    | ( Partial<ContractViolation> )
    | ( Partial<InvalidInput> )
    | ( Partial<PlanRejected> )
    | ( Partial<ServerConflict> )
    | ( Partial<ServerNotFound> )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Bytes: ResolverTypeWrapper<Partial<Scalars['Bytes']['output']>>;
  ContractReason: ResolverTypeWrapper<Partial<ContractReason>>;
  ContractReasonCode: ResolverTypeWrapper<Partial<ContractReasonCode>>;
  ContractViolation: ResolverTypeWrapper<Partial<ContractViolation>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  DeleteServerResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['DeleteServerResult']>>;
  DeleteServerSuccess: ResolverTypeWrapper<Partial<DeleteServerSuccess>>;
  DeployServerInput: ResolverTypeWrapper<Partial<DeployServerInput>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  DeployServerResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['DeployServerResult']>>;
  DeployServerSuccess: ResolverTypeWrapper<Partial<DeployServerSuccess>>;
  Error: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Error']>;
  InvalidInput: ResolverTypeWrapper<Partial<InvalidInput>>;
  MemoryEstimate: ResolverTypeWrapper<Partial<MemoryEstimate>>;
  Model: ResolverTypeWrapper<Partial<Model>>;
  ModelVersion: ResolverTypeWrapper<Partial<ModelVersion>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  PlanRejected: ResolverTypeWrapper<Partial<PlanRejected>>;
  PlanServerInput: ResolverTypeWrapper<Partial<PlanServerInput>>;
  Pod: ResolverTypeWrapper<Partial<Pod>>;
  Float: ResolverTypeWrapper<Partial<Scalars['Float']['output']>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QuotaResource: ResolverTypeWrapper<Partial<QuotaResource>>;
  QuotaUse: ResolverTypeWrapper<Partial<QuotaUse>>;
  Runtime: ResolverTypeWrapper<Partial<Runtime>>;
  RuntimeInput: ResolverTypeWrapper<Partial<RuntimeInput>>;
  ScaleServerResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ScaleServerResult']>>;
  ScaleServerSuccess: ResolverTypeWrapper<Partial<ScaleServerSuccess>>;
  Server: ResolverTypeWrapper<Partial<Server>>;
  ServerChange: ResolverTypeWrapper<Partial<ServerChange>>;
  ServerChangeType: ResolverTypeWrapper<Partial<ServerChangeType>>;
  ServerConflict: ResolverTypeWrapper<Partial<ServerConflict>>;
  ServerConnection: ResolverTypeWrapper<Partial<ServerConnection>>;
  ServerEdge: ResolverTypeWrapper<Partial<ServerEdge>>;
  ServerKubernetes: ResolverTypeWrapper<Partial<ServerKubernetes>>;
  ServerNotFound: ResolverTypeWrapper<Partial<ServerNotFound>>;
  ServerPlan: ResolverTypeWrapper<Partial<ServerPlan>>;
  ServerStatus: ResolverTypeWrapper<Partial<ServerStatus>>;
  ServerUsage: ResolverTypeWrapper<Partial<ServerUsage>>;
  StartServerResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['StartServerResult']>>;
  StartServerSuccess: ResolverTypeWrapper<Partial<StartServerSuccess>>;
  StopServerResult: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['StopServerResult']>>;
  StopServerSuccess: ResolverTypeWrapper<Partial<StopServerSuccess>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Bytes: Partial<Scalars['Bytes']['output']>;
  ContractReason: Partial<ContractReason>;
  ContractViolation: Partial<ContractViolation>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  DeleteServerResult: Partial<ResolversUnionTypes<ResolversParentTypes>['DeleteServerResult']>;
  DeleteServerSuccess: Partial<DeleteServerSuccess>;
  DeployServerInput: Partial<DeployServerInput>;
  Int: Partial<Scalars['Int']['output']>;
  ID: Partial<Scalars['ID']['output']>;
  DeployServerResult: Partial<ResolversUnionTypes<ResolversParentTypes>['DeployServerResult']>;
  DeployServerSuccess: Partial<DeployServerSuccess>;
  Error: ResolversInterfaceTypes<ResolversParentTypes>['Error'];
  InvalidInput: Partial<InvalidInput>;
  MemoryEstimate: Partial<MemoryEstimate>;
  Model: Partial<Model>;
  ModelVersion: Partial<ModelVersion | FederationReferenceTypes['ModelVersion']>;
  Mutation: Record<PropertyKey, never>;
  PageInfo: Partial<PageInfo>;
  PlanRejected: Partial<PlanRejected>;
  PlanServerInput: Partial<PlanServerInput>;
  Pod: Partial<Pod>;
  Float: Partial<Scalars['Float']['output']>;
  Query: Record<PropertyKey, never>;
  QuotaUse: Partial<QuotaUse>;
  Runtime: Partial<Runtime>;
  RuntimeInput: Partial<RuntimeInput>;
  ScaleServerResult: Partial<ResolversUnionTypes<ResolversParentTypes>['ScaleServerResult']>;
  ScaleServerSuccess: Partial<ScaleServerSuccess>;
  Server: Partial<Server | FederationReferenceTypes['Server']>;
  ServerChange: Partial<ServerChange>;
  ServerConflict: Partial<ServerConflict>;
  ServerConnection: Partial<ServerConnection>;
  ServerEdge: Partial<ServerEdge>;
  ServerKubernetes: Partial<ServerKubernetes>;
  ServerNotFound: Partial<ServerNotFound>;
  ServerPlan: Partial<ServerPlan>;
  ServerUsage: Partial<ServerUsage>;
  StartServerResult: Partial<ResolversUnionTypes<ResolversParentTypes>['StartServerResult']>;
  StartServerSuccess: Partial<StartServerSuccess>;
  StopServerResult: Partial<ResolversUnionTypes<ResolversParentTypes>['StopServerResult']>;
  StopServerSuccess: Partial<StopServerSuccess>;
  Subscription: Record<PropertyKey, never>;
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

export type ContractReasonResolvers<ContextType = any, ParentType extends ResolversParentTypes['ContractReason'] = ResolversParentTypes['ContractReason']> = {
  code?: Resolver<ResolversTypes['ContractReasonCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ContractViolationResolvers<ContextType = any, ParentType extends ResolversParentTypes['ContractViolation'] = ResolversParentTypes['ContractViolation']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reasons?: Resolver<Array<ResolversTypes['ContractReason']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteServerResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeleteServerResult'] = ResolversParentTypes['DeleteServerResult']> = {
  __resolveType: TypeResolveFn<'DeleteServerSuccess' | 'ServerNotFound', ParentType, ContextType>;
};

export type DeleteServerSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeleteServerSuccess'] = ResolversParentTypes['DeleteServerSuccess']> = {
  server?: Resolver<ResolversTypes['Server'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeployServerResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeployServerResult'] = ResolversParentTypes['DeployServerResult']> = {
  __resolveType: TypeResolveFn<'ContractViolation' | 'DeployServerSuccess' | 'InvalidInput' | 'PlanRejected', ParentType, ContextType>;
};

export type DeployServerSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeployServerSuccess'] = ResolversParentTypes['DeployServerSuccess']> = {
  server?: Resolver<ResolversTypes['Server'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['Error'] = ResolversParentTypes['Error']> = {
  __resolveType: TypeResolveFn<'ContractViolation' | 'InvalidInput' | 'PlanRejected' | 'ServerConflict' | 'ServerNotFound', ParentType, ContextType>;
};

export type InvalidInputResolvers<ContextType = any, ParentType extends ResolversParentTypes['InvalidInput'] = ResolversParentTypes['InvalidInput']> = {
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MemoryEstimateResolvers<ContextType = any, ParentType extends ResolversParentTypes['MemoryEstimate'] = ResolversParentTypes['MemoryEstimate']> = {
  contextBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  modelBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  totalBytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
};

export type ModelResolvers<ContextType = any, ParentType extends ResolversParentTypes['Model'] = ResolversParentTypes['Model']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ModelVersionResolvers<ContextType = any, ParentType extends ResolversParentTypes['ModelVersion'] = ResolversParentTypes['ModelVersion'], FederationReferenceType extends FederationReferenceTypes['ModelVersion'] = FederationReferenceTypes['ModelVersion']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ModelVersion']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  servers?: Resolver<Maybe<Array<ResolversTypes['Server']>>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = any, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  deleteServer?: Resolver<ResolversTypes['DeleteServerResult'], ParentType, ContextType, RequireFields<MutationDeleteServerArgs, 'id'>>;
  deployServer?: Resolver<ResolversTypes['DeployServerResult'], ParentType, ContextType, RequireFields<MutationDeployServerArgs, 'input'>>;
  scaleServer?: Resolver<ResolversTypes['ScaleServerResult'], ParentType, ContextType, RequireFields<MutationScaleServerArgs, 'id' | 'replicas'>>;
  startServer?: Resolver<ResolversTypes['StartServerResult'], ParentType, ContextType, RequireFields<MutationStartServerArgs, 'id'>>;
  stopServer?: Resolver<ResolversTypes['StopServerResult'], ParentType, ContextType, RequireFields<MutationStopServerArgs, 'id'>>;
};

export type PageInfoResolvers<ContextType = any, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlanRejectedResolvers<ContextType = any, ParentType extends ResolversParentTypes['PlanRejected'] = ResolversParentTypes['PlanRejected']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PodResolvers<ContextType = any, ParentType extends ResolversParentTypes['Pod'] = ResolversParentTypes['Pod']> = {
  cpuCores?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  memoryBytes?: Resolver<Maybe<ResolversTypes['Bytes']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  phase?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  ready?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  restarts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = any, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  planServer?: Resolver<ResolversTypes['ServerPlan'], ParentType, ContextType, RequireFields<QueryPlanServerArgs, 'input'>>;
  server?: Resolver<Maybe<ResolversTypes['Server']>, ParentType, ContextType, RequireFields<QueryServerArgs, 'id'>>;
  servers?: Resolver<ResolversTypes['ServerConnection'], ParentType, ContextType, RequireFields<QueryServersArgs, 'first'>>;
};

export type QuotaUseResolvers<ContextType = any, ParentType extends ResolversParentTypes['QuotaUse'] = ResolversParentTypes['QuotaUse']> = {
  after?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  limit?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  resource?: Resolver<ResolversTypes['QuotaResource'], ParentType, ContextType>;
  used?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type RuntimeResolvers<ContextType = any, ParentType extends ResolversParentTypes['Runtime'] = ResolversParentTypes['Runtime']> = {
  batchSize?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  contextSize?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  gpuLayers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  parallel?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  threads?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ScaleServerResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['ScaleServerResult'] = ResolversParentTypes['ScaleServerResult']> = {
  __resolveType: TypeResolveFn<'ContractViolation' | 'InvalidInput' | 'ScaleServerSuccess' | 'ServerConflict' | 'ServerNotFound', ParentType, ContextType>;
};

export type ScaleServerSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['ScaleServerSuccess'] = ResolversParentTypes['ScaleServerSuccess']> = {
  server?: Resolver<ResolversTypes['Server'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ServerResolvers<ContextType = any, ParentType extends ResolversParentTypes['Server'] = ResolversParentTypes['Server'], FederationReferenceType extends FederationReferenceTypes['Server'] = FederationReferenceTypes['Server']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Server']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kubernetes?: Resolver<ResolversTypes['ServerKubernetes'], ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  model?: Resolver<Maybe<ResolversTypes['Model']>, ParentType, ContextType>;
  modelName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  modelVersion?: Resolver<Maybe<ResolversTypes['ModelVersion']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  readyReplicas?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  replicas?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  runtime?: Resolver<ResolversTypes['Runtime'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ServerStatus'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  usage?: Resolver<ResolversTypes['ServerUsage'], ParentType, ContextType>;
};

export type ServerChangeResolvers<ContextType = any, ParentType extends ResolversParentTypes['ServerChange'] = ResolversParentTypes['ServerChange']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  server?: Resolver<Maybe<ResolversTypes['Server']>, ParentType, ContextType>;
  serverId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ServerChangeType'], ParentType, ContextType>;
};

export type ServerConflictResolvers<ContextType = any, ParentType extends ResolversParentTypes['ServerConflict'] = ResolversParentTypes['ServerConflict']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ServerConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['ServerConnection'] = ResolversParentTypes['ServerConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ServerEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ServerEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['ServerEdge'] = ResolversParentTypes['ServerEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Server'], ParentType, ContextType>;
};

export type ServerKubernetesResolvers<ContextType = any, ParentType extends ResolversParentTypes['ServerKubernetes'] = ResolversParentTypes['ServerKubernetes']> = {
  deployment?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  namespace?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pods?: Resolver<Array<ResolversTypes['Pod']>, ParentType, ContextType>;
  service?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ServerNotFoundResolvers<ContextType = any, ParentType extends ResolversParentTypes['ServerNotFound'] = ResolversParentTypes['ServerNotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ServerPlanResolvers<ContextType = any, ParentType extends ResolversParentTypes['ServerPlan'] = ResolversParentTypes['ServerPlan']> = {
  allowed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  memory?: Resolver<Maybe<ResolversTypes['MemoryEstimate']>, ParentType, ContextType>;
  quota?: Resolver<Array<ResolversTypes['QuotaUse']>, ParentType, ContextType>;
  reasons?: Resolver<Array<ResolversTypes['ContractReason']>, ParentType, ContextType>;
  retrievalNeeded?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  token?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ServerUsageResolvers<ContextType = any, ParentType extends ResolversParentTypes['ServerUsage'] = ResolversParentTypes['ServerUsage']> = {
  cpuCores?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  maxMemoryBytes?: Resolver<Maybe<ResolversTypes['Bytes']>, ParentType, ContextType>;
  memoryBytes?: Resolver<Maybe<ResolversTypes['Bytes']>, ParentType, ContextType>;
  queueLength?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  requestsPerMinute?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  sequencesBusy?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tokensPerSecond?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type StartServerResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['StartServerResult'] = ResolversParentTypes['StartServerResult']> = {
  __resolveType: TypeResolveFn<'ContractViolation' | 'ServerConflict' | 'ServerNotFound' | 'StartServerSuccess', ParentType, ContextType>;
};

export type StartServerSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['StartServerSuccess'] = ResolversParentTypes['StartServerSuccess']> = {
  server?: Resolver<ResolversTypes['Server'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StopServerResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['StopServerResult'] = ResolversParentTypes['StopServerResult']> = {
  __resolveType: TypeResolveFn<'ServerConflict' | 'ServerNotFound' | 'StopServerSuccess', ParentType, ContextType>;
};

export type StopServerSuccessResolvers<ContextType = any, ParentType extends ResolversParentTypes['StopServerSuccess'] = ResolversParentTypes['StopServerSuccess']> = {
  server?: Resolver<ResolversTypes['Server'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = any, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  serverChanged?: SubscriptionResolver<ResolversTypes['ServerChange'], "serverChanged", ParentType, ContextType, RequireFields<SubscriptionServerChangedArgs, 'id'>>;
  serversChanged?: SubscriptionResolver<ResolversTypes['ServerChange'], "serversChanged", ParentType, ContextType, Partial<SubscriptionServersChangedArgs>>;
};

export type Resolvers<ContextType = any> = {
  Bytes?: GraphQLScalarType;
  ContractReason?: ContractReasonResolvers<ContextType>;
  ContractViolation?: ContractViolationResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeleteServerResult?: DeleteServerResultResolvers<ContextType>;
  DeleteServerSuccess?: DeleteServerSuccessResolvers<ContextType>;
  DeployServerResult?: DeployServerResultResolvers<ContextType>;
  DeployServerSuccess?: DeployServerSuccessResolvers<ContextType>;
  Error?: ErrorResolvers<ContextType>;
  InvalidInput?: InvalidInputResolvers<ContextType>;
  MemoryEstimate?: MemoryEstimateResolvers<ContextType>;
  Model?: ModelResolvers<ContextType>;
  ModelVersion?: ModelVersionResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PlanRejected?: PlanRejectedResolvers<ContextType>;
  Pod?: PodResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QuotaUse?: QuotaUseResolvers<ContextType>;
  Runtime?: RuntimeResolvers<ContextType>;
  ScaleServerResult?: ScaleServerResultResolvers<ContextType>;
  ScaleServerSuccess?: ScaleServerSuccessResolvers<ContextType>;
  Server?: ServerResolvers<ContextType>;
  ServerChange?: ServerChangeResolvers<ContextType>;
  ServerConflict?: ServerConflictResolvers<ContextType>;
  ServerConnection?: ServerConnectionResolvers<ContextType>;
  ServerEdge?: ServerEdgeResolvers<ContextType>;
  ServerKubernetes?: ServerKubernetesResolvers<ContextType>;
  ServerNotFound?: ServerNotFoundResolvers<ContextType>;
  ServerPlan?: ServerPlanResolvers<ContextType>;
  ServerUsage?: ServerUsageResolvers<ContextType>;
  StartServerResult?: StartServerResultResolvers<ContextType>;
  StartServerSuccess?: StartServerSuccessResolvers<ContextType>;
  StopServerResult?: StopServerResultResolvers<ContextType>;
  StopServerSuccess?: StopServerSuccessResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = any> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
};
