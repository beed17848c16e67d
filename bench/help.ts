import { parts } from '@berth/kit/parts'
import { shapes } from './gguf/shapes.ts'

export const help = `Measures Berth: one that it starts for itself in a temporary folder, or a running one.

  npm run bench                              every measurement
  npm run bench -- deploy status             some of them
  npm run bench -- --url http://127.0.0.1:4000 --kubeconfig .berth/kubeconfig

  deploy       from deployServer to the first token, step by step, the model in the store
  status       from a pod's change in the cluster to the event at the client
  gateway      time to first token and tokens/s through the gateway, and at the pod itself

  --url URL          the gateway of a running Berth; servers are deployed there as admin, and deleted
  --password TEXT    admin's password there (or BERTH_ADMIN_PASSWORD, which ps does not show)
  --kubeconfig FILE  its cluster (or KUBECONFIG); without it there is no status and no gateway
  --model NAME       the model to serve (storyteller)
  --rounds N         rounds of deploy, of chaos, of fuzz or of objects (5)
  --changes N        pod changes of status, at the least (100)
  --pairs N          pairs of batches of gateway and inference, for each number of streams (20)
  --tokens N         tokens of an answer, at most (128)

Each of the others stands alone:

  npm run bench -- inference --target http://127.0.0.1:4100/v1 --peer http://127.0.0.1:8080/v1
  npm run bench -- inference --file 135m.gguf --threads 2
               tokens/s and time to first token of two OpenAI servers with the same model; without --target of a pod that it
               starts, without --peer of that pod's engine without HTTP

  --token TEXT       the bearer token of the target (or BERTH_TOKEN)
  --widths A,B       numbers of streams (1,4,8,16)
  --file GGUF        the model of what it starts; with --parallel N (8), --threads N (0: one for each core), --context N tokens
                     for each stream (1024), --batch N (512) and --gpu-layers N (0)

  npm run bench -- pod --file 135m.gguf      starts the inference service by itself, and prints its URL and a token
  npm run bench -- gguf --shape 135M --to 135m.gguf
               a model of random weights: what it says is noise, what it costs is not; --shape is one of ${Object.keys(shapes).join(', ')},
               --vocabulary N gives it so many tokens instead of the shape's own
  npm run bench -- soak --requests 10000     requests of every kind to one pod, the demo model's if there is no --file; exit code 1
                                             when its memory grows
  npm run bench -- chaos --rounds 100        kills its parts at random moments; exit code 1 when anything is lost or doubled
  npm run bench -- fuzz --rounds 100000      mutated GGUF headers through the inspection; exit code 1 on a crash, a hang or growth;
                                             --seed N --from M --rounds 1 plays round M of a seed again
  npm run bench -- objects --size 5GiB       one large object through the local object store, beside a plain file
  npm run bench -- retrieval --size 2GiB     one large file by a retrieval, beside curl of the same signed URL into sha256sum
                                             (Linux)

  --limit N          MB/s of each connection to retrieval's second source (25)
  --seed N           repeats the choice of what chaos kills, and when, the headers of fuzz, the prompts of inference and the
                     weights of gguf (a new one each time)
  --parts A,B        what chaos kills, of ${parts.join(', ')}
  --size SIZE        of the object (1GiB) or of retrieval's file (2GiB), in MiB or GiB

  --json FILE        writes everything that was measured
  --help, -h         this text
`
