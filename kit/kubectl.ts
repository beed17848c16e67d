import { execFile, spawnSync } from 'node:child_process'

export interface Output {
  code: number
  stdout: string
  stderr: string
}

/** Runs kubectl against the cluster; an exit code other than 0 is an answer, not an error. */
export function kubectl(kubeconfig: string, args: string[], input?: string): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = execFile('kubectl', ['--kubeconfig', kubeconfig, ...args], (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error)
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
    child.stdin?.end(input)
  })
}

/** Whether this machine has kubectl; what needs it is left out where it has not. */
export const isKubectlInstalled = (): boolean => spawnSync('kubectl', ['version', '--client']).status === 0
