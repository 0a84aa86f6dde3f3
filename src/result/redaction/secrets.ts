/** A kind of text that tells on its owner wherever it stands. */
export interface Pattern {
  /** What it is called in the list of what was replaced. */
  readonly what: string;
  readonly pattern: RegExp;
  /** What stands in its place; `$1` … are what is kept. */
  readonly replacement: string;
  /** Not looked for in versions of packages: four numbers between dots are a version there, not an address. */
  readonly notInVersions?: boolean;
  /** Whether a match is one after all. */
  is?(match: string): boolean;
}

const TOKENS: readonly Pattern[] = [
  {
    what: "private key",
    pattern:
      /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
    replacement: "[private key]",
  },
  {
    what: "GitHub token",
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})/g,
    replacement: "[token]",
  },
  {
    what: "GitLab token",
    pattern: /\bgl(?:pat|dt|rt|ptt|cbt|ft|soat)-[A-Za-z0-9_.-]{16,}/g,
    replacement: "[token]",
  },
  {
    what: "AWS access key",
    pattern: /\b(?:AKIA|ASIA|AGPA|AROA|AIDA)[A-Z0-9]{16}\b/g,
    replacement: "[token]",
  },
  { what: "Slack token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g, replacement: "[token]" },
  { what: "Google API key", pattern: /\bAIza[A-Za-z0-9_-]{35}/g, replacement: "[token]" },
  { what: "npm token", pattern: /\bnpm_[A-Za-z0-9]{30,}/g, replacement: "[token]" },
  { what: "PyPI token", pattern: /\bpypi-[A-Za-z0-9_-]{32,}/g, replacement: "[token]" },
  { what: "Docker token", pattern: /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}/g, replacement: "[token]" },
  {
    what: "API key",
    pattern: /\b[rs]k[-_](?:live|test|proj|ant|or|svcacct)[-_][A-Za-z0-9_-]{16,}/g,
    replacement: "[token]",
  },
  {
    what: "JSON web token",
    pattern: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
    replacement: "[token]",
  },
  {
    what: "authorization header",
    pattern: /\b((?:Bearer|Basic|Digest|Negotiate)\s+)(?=\S*\d)[A-Za-z0-9+/_.~=-]{12,}/gi,
    replacement: "$1[token]",
  },
  {
    what: "password in an address",
    pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,200}@/gi,
    replacement: "$1[password]@",
  },
  // NAME_TOKEN=…, --password=…
  {
    what: "secret in a setting",
    pattern:
      /\b((?:[A-Za-z0-9]{1,30}[_.-]){0,5}(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|credentials?|auth)(?:[_-][A-Za-z0-9_-]{0,40})?["']?\s?=\s?)(?:"[^"\n]{1,500}"|'[^'\n]{1,500}'|[^\s"',;[\]]{3,500})/gi,
    replacement: "$1[secret]",
  },
  // "token": "…", password: …; a bare "token: x" is what parsers say of source code, and
  // "passwd: compat" what nsswitch.conf does.
  {
    what: "secret in a setting",
    pattern:
      /((?:["'](?:[A-Za-z0-9]{1,30}[_.-]){0,5}(?:token|credentials?|auth)["']|["']?\b(?:[A-Za-z0-9]{1,30}[_.-]){0,5}(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key)["']?)\s?:\s?)(?!(?:files|compat|db|nis|nisplus|sss|systemd|ldap|winbind)(?![\w-]))(?:"[^"\n]{1,500}"|'[^'\n]{1,500}'|[^\s"',;[\]]{3,500})/gi,
    replacement: "$1[secret]",
  },
];

/** First groups of addresses in use: global, unique local, link local, multicast, NAT64, mapped IPv4. C++'s `a1::b2` has none. */
const IPV6_START = /^(?:[23][0-9a-f]{3}|f[c-f][0-9a-f]{2}|64|)$/i;

function isIpv6(match: string): boolean {
  const groups = match.split(":");
  const size = groups.length + (match.includes(".") ? 1 : 0);
  if (!/[0-9]/.test(match) || match === "::1" || !IPV6_START.test(groups[0] ?? "?")) return false;
  return match.split("::").length === 2 ? size >= 3 && size <= 9 : size === 8;
}

function isIpv4(match: string): boolean {
  const octets = match.split(".").map(Number);
  if (octets.some((octet) => octet > 255)) return false;
  // Loopback and "any" are the same on every machine.
  return octets[0] !== 127 && octets.some((octet) => octet !== 0);
}

const ADDRESSES: readonly Pattern[] = [
  {
    what: "e-mail address",
    pattern: /\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}\b/g,
    replacement: "[e-mail]",
  },
  {
    what: "MAC address",
    pattern: /(?<![\w:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])/g,
    replacement: "[MAC address]",
  },
  {
    what: "IP address",
    pattern: /(?<![\w.+~:-])\d{1,3}(?:\.\d{1,3}){3}(?![\w+~]|\.\d)/g,
    replacement: "[IP address]",
    notInVersions: true,
    is: isIpv4,
  },
  {
    what: "IP address",
    pattern:
      /(?<![\w:.])(?:[0-9A-Fa-f]{1,4})?(?::{1,2}[0-9A-Fa-f]{1,4}){1,7}(?:::|(?:\.\d{1,3}){3})?(?![\w:])/g,
    replacement: "[IP address]",
    is: isIpv6,
  },
];

const HOMES: readonly Pattern[] = [
  {
    what: "home folder",
    pattern: /(?<![\w.])(?:\/home\/|\/Users\/|[A-Za-z]:\\+Users\\+)(?!\[)[^\s/\\:"'<>|,;()[\]]{1,64}/g,
    replacement: "[home]",
  },
];

/** In the order in which they are looked for: what may hold another comes first. */
export const PATTERNS: readonly Pattern[] = [...TOKENS, ...ADDRESSES, ...HOMES];
