/** What kind of no the router gave. */
export type RefusalKind =
  /** The parser did not take the line: invalid, incomplete, ambiguous, unknown. */
  | 'syntax'
  /** AAA or the privilege level forbids it. */
  | 'authorization'
  /** Somebody else holds the configuration: worth another try later. */
  | 'locked'
  /** Something the command names does not exist. */
  | 'missing'
  /** A `%` line, or a known sentence, that is neither of these and no known information. */
  | 'complaint';

export interface Refusal {
  /** The line of the reply that says no, trimmed. */
  readonly line: string;
  readonly kind: RefusalKind;
}

const KINDS: readonly { readonly kind: RefusalKind; readonly pattern: RegExp }[] = [
  {
    kind: 'locked',
    pattern:
      /configuration (?:mode )?(?:is )?(?:currently )?locked|config mode cannot be entered|configuration database is locked/i,
  },
  { kind: 'authorization', pattern: /^(?:%\s*)?(?:command )?authorization failed/i },
  { kind: 'authorization', pattern: /^%\s*(?:access denied|not authorized|permission denied)/i },
  {
    kind: 'syntax',
    pattern: /^%\s*(?:invalid (?:input|command)|incomplete command|ambiguous command|unrecognized command)/i,
  },
  { kind: 'syntax', pattern: /^%\s*(?:unknown command|bad IP address or host ?name|unrecognized host)/i },
  { kind: 'syntax', pattern: /^translating "[^"]*"/i },
  { kind: 'missing', pattern: /^%\s*IP +routing table .* does not exist/i },
  {
    kind: 'missing',
    pattern:
      /^%?\s*(?:VRF|authorization list|enrollment profile|certificate server|trustpoint)\b.*(?:does not exist|not configured|is (?:not known|unknown))/i,
  },
  { kind: 'missing', pattern: /^%?\s*certificate authority \(trustpoint\) .* is unknown/i },
  { kind: 'missing', pattern: /^can't find (?:policy|profile)|^CA server trustpoint is not known/i },
  { kind: 'complaint', pattern: /\bis not a valid subject[- ]name/i },
  { kind: 'complaint', pattern: /^explicit device name must be specified/i },
  { kind: 'complaint', pattern: /^CRYPTO_PKI: there should be at ?least one/i },
  { kind: 'complaint', pattern: /^(?:command rejected|error:|error |failed )/i },
  { kind: 'complaint', pattern: /^\?\S/ },
];

/** `%` lines that only inform, or that are outcomes which the dialogues read for themselves. */
const INFORMATION: readonly RegExp[] = [
  /^%$/,
  /^%\s*generating\b/i,
  /^%\s*the key modulus size is\b/i,
  /^%\s*you already have\b/i,
  /^%\s*they will be replaced/i,
  /^%\s*key pair was generated at\b/i,
  /^%\s*please (?:delete your existing|answer)\b/i,
  /^%\s*you must (?:use 'no crypto|authenticate the certificate authority)/i,
  /^%\s*attempting authentication first/i,
  /^%\s*start certificate enrol+ment\b/i,
  /^%\s*create a challenge password/i,
  /^%\s*the (?:subject name|serial number|IP address|fully-qualified|certificate request|'show)\b/i,
  /^%\s*(?:include|do you)\b/i,
  /^%\s*certificate (?:request sent|successfully imported)/i,
  /^%\s*removing an enrolled trustpoint/i,
  /^%\s*be sure to ask the CA administrator/i,
  /^%\s*(?:warning|info(?:rmation)?|note)\b/i,
  /^%\s*NTP is not (?:initialized|enabled)/i,
  /^%\s*NTP trusted-key is invalid ?: key already configured/i,
];

/**
 * Finds the first line of a reply with which the router refuses a command (IOS command reference, parser messages).
 * A `%` line that is not known as information counts as a complaint: whether that stops anything is the caller's
 * choice, since a show command may print one as its answer.
 */
export function findRefusal(reply: string): Refusal | undefined {
  for (const raw of reply.split(/\r?\n/)) {
    const line = raw.trim();
    const kind = kindOf(line);
    if (kind !== undefined) return { line, kind };
  }
  return undefined;
}

function kindOf(line: string): RefusalKind | undefined {
  if (line === '' || INFORMATION.some((pattern) => pattern.test(line))) return undefined;
  const known = KINDS.find(({ pattern }) => pattern.test(line))?.kind;
  return known ?? (line.startsWith('%') ? 'complaint' : undefined);
}
