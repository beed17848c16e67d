const digit = '[0-9]'
const hex = '[0-9a-f]'
/** Every day that a month of every year has. */
const date = `${digit}{4} "-" (("01" | "03" | "05" | "07" | "08" | "10" | "12") "-" ("0" [1-9] | [12] ${digit} | "3" [01]) | ("04" | "06" | "09" | "11") "-" ("0" [1-9] | [12] ${digit} | "30") | "02-" ("0" [1-9] | "1" ${digit} | "2" [0-8]))`
const clock = `([01] ${digit} | "2" [0-3]) ":" [0-5] ${digit}`
const time = `${clock} ":" [0-5] ${digit} ("." ${digit}{1,6})? ("Z" | [-+] ${clock})`
const octet = `("25" [0-5] | "2" [0-4] ${digit} | "1" ${digit} ${digit} | [1-9] ${digit} | ${digit})`
const label = '[a-z0-9] ([a-z0-9-]{0,30} [a-z0-9])?'

/** The formats of strings that an answer can be kept to, as GBNF between the quotes. Each is a part of what the format allows. */
export const formats: Readonly<Record<string, string>> = {
  date,
  time,
  'date-time': `${date} "T" ${time}`,
  uuid: `${hex}{8} "-" ${hex}{4} "-" [1-8] ${hex}{3} "-" [89ab] ${hex}{3} "-" ${hex}{12}`,
  ipv4: `${octet} "." ${octet} "." ${octet} "." ${octet}`,
  hostname: `${label} ("." ${label}){0,3}`,
  email: `[A-Za-z0-9] ([A-Za-z0-9_-]{0,30} [A-Za-z0-9])? ("." [A-Za-z0-9] [A-Za-z0-9_-]{0,30}){0,2} "@" ${label} ("." ${label}){0,2} "." [a-z]{2,12}`,
}
