/** Made by `npm run generate`; edit the source in schema/ instead. */

/**
 * A GGUF model that is served by pods, as the contract approved it.
 */
export interface ModelServe {
  spec: {
    /**
     * The server's UUID in Berth.
     */
    serverId: string;
    model: {
      name: string;
      /**
       * The model version's UUID in Berth.
       */
      versionId: string;
      /**
       * The object, as s3://<bucket>/<key>.
       */
      uri: string;
      sha256: string;
      sizeBytes: number;
    };
    runtime: {
      engine: "node-llama-cpp";
      contextSize: number;
      parallel: number;
      threads: number;
      gpuLayers: number;
      batchSize: number;
    };
    replicas: number;
    /**
     * What each pod asks for and may use, in Kubernetes quantities.
     */
    resources: {
      cpu: string;
      memory: string;
    };
  };
  status?: {
    observedGeneration?: number;
    phase?: "Pending" | "Starting" | "Ready" | "Degraded" | "Failed";
    replicas?: number;
    readyReplicas?: number;
    /**
     * Selects the pods; for the scale subresource.
     */
    selector?: string;
    conditions?: {
      type: "Available" | "Progressing" | "Degraded";
      status: "True" | "False" | "Unknown";
      observedGeneration?: number;
      reason: string;
      message: string;
      lastTransitionTime: string;
    }[];
    pods?: {
      name: string;
      ready: boolean;
      restarts: number;
      node?: string;
      phase?: string;
      message?: string;
    }[];
  };
}
