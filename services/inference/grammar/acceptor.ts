/** Whether a text is a whole answer under a grammar, for tests: the expression of its root, and the rules that it leads to. */
export type Accepts = (root: string, text: string, rules?: string) => boolean

/** Asks llama.cpp itself. */
export async function acceptor(): Promise<Accepts> {
  const { getLlama } = await import('node-llama-cpp')
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false })
  const { AddonGrammar } = Reflect.get(llama, '_bindings') as {
    AddonGrammar: new (grammar: string, options: object) => { isTextCompatible(text: string): boolean }
  }
  const known = new Map<string, InstanceType<typeof AddonGrammar>>()
  return (root, text, rules = '') => {
    const source = `root ::= ${root}\n${rules}`
    const grammar = known.get(source) ?? new AddonGrammar(source, { rootRuleName: 'root' })
    known.set(source, grammar)
    return grammar.isTextCompatible(text)
  }
}
