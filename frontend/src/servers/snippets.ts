/** Commands that sign in and stream a chat; they run as they stand once the password is put in. */
export function curlSnippet(url: string, model: string): string {
  const { origin } = new URL(url)
  return `export TOKEN=$(curl -s ${origin}/auth/token \\
  -d grant_type=password -d username=YOU -d password=SECRET |
  sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

curl -N ${url}/chat/completions \\
  -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "stream": true,
       "messages": [{"role": "user", "content": "Tell me a story about a fox"}]}'`
}

/** A program for the official `openai` package; its token is the one that the curl lines export. */
export function openaiSnippet(url: string, model: string): string {
  return `import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: '${url}',
  apiKey: process.env.TOKEN,
})
const stream = await client.chat.completions.create({
  model: '${model}',
  stream: true,
  messages: [{ role: 'user', content: 'Tell me a story about a fox' }],
})
for await (const { choices } of stream) {
  process.stdout.write(choices[0]?.delta?.content ?? '')
}`
}
