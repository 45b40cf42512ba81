import { type ConfigLine, maskedText, plainLine } from '../domain/config-line.ts';
import { canonicalHost } from '../domain/host.ts';
import { inTodaysWords } from '../ios/dialect/old-words.ts';

/** Commands of a trustpoint that stand once: another value replaces the one that is there. */
const SINGLE = [
  'enrollment url',
  'enrollment mode',
  'enrollment retry count',
  'enrollment retry period',
  'enrollment terminal',
  'enrollment selfsigned',
  'enrollment profile',
  'enrollment pkcs12',
  'enrollment command',
  'enrollment credential',
  'authentication url',
  'authentication command',
  'authentication terminal',
  'source interface',
] as const;

/** What a router has without a line saying so; it shows no line for these. */
const DEFAULTS = new Set([
  'enrollment retry count 10',
  'enrollment retry period 1',
  'revocation-check crl',
  'usage ike',
  'clock timezone UTC 0',
]);

/** How a block of wanted lines differs from what the running configuration holds. */
export interface Drift {
  /** Lines to type, in template order. */
  readonly missing: readonly ConfigLine[];
  /** Wanted lines that stand there with another value. */
  readonly changed: readonly { readonly head: string; readonly wanted: string; readonly present: string }[];
  /** Lines on the router that no template asks for; they are left. */
  readonly foreign: readonly string[];
}

/**
 * Compares wanted lines with running ones, in IOS's own normal forms (port 80, key size, default values) and whatever
 * release's words the running ones are in.
 */
export function compareLines(wanted: readonly ConfigLine[], running: readonly string[]): Drift {
  const present = running.map((line) => {
    const text = inTodaysWords(line);
    return { line, text, head: headOf(text) };
  });
  const missing: ConfigLine[] = [];
  const changed: { head: string; wanted: string; present: string }[] = [];
  for (const line of wanted) {
    const text = maskedText(line).trim();
    const head = headOf(text);
    const rivals = present.filter((other) => other.head === head);
    if (rivals.some((rival) => isSatisfiedBy(text, rival.text))) continue;
    if (rivals.length === 0 && DEFAULTS.has(normalForm(text))) continue;
    missing.push(line.parts.length === 1 ? plainLine(text) : line);
    const [rival] = rivals;
    if (rival !== undefined) changed.push({ head, wanted: text, present: rival.line });
  }
  const wantedHeads = new Set(wanted.map((line) => headOf(maskedText(line).trim())));
  const foreign = present.filter(({ head }) => !wantedHeads.has(head)).map(({ line }) => line);
  return { missing, changed, foreign };
}

/**
 * Missing lines that only say how a request is made, and whose value differs by release where no line says it: a
 * router that has this very value as its default never shows the line.
 */
export function onlyForRequests({ missing, changed }: Drift): readonly ConfigLine[] {
  return missing.filter((line) => {
    const head = headOf(maskedText(line));
    return head === 'hash' && !changed.some((change) => change.head === head);
  });
}

/** The words that name a setting, without its value: `enrollment url`, `ntp server 192.0.2.1`, `fqdn`. */
export function headOf(line: string): string {
  const words = line.trim().split(/\s+/);
  const text = words.join(' ');
  const single = SINGLE.find((head) => text === head || text.startsWith(`${head} `));
  if (single !== undefined) return single;
  if (words[0] === 'clock' || words[0] === 'parameter') return words.slice(0, 2).join(' ');
  if (words[0] !== 'ntp') return words[0] ?? '';
  if (words[1] === 'server') return `ntp server ${ntpServer(words).address}`;
  return words.slice(0, words[1] === 'authentication-key' || words[1] === 'trusted-key' ? 3 : 2).join(' ');
}

/** `no enrollment terminal`, `no password`: the command without its value, which may be a secret. */
export function removalOf(line: string): ConfigLine {
  return plainLine(`no ${headOf(line)}`);
}

function isSatisfiedBy(wanted: string, present: string): boolean {
  if (wanted.startsWith('ntp authentication-key ')) return true;
  if (wanted.startsWith('ntp server ')) {
    const options = ntpServer(present.split(/\s+/)).options;
    return ntpServer(wanted.split(/\s+/)).options.every((option) => options.includes(option));
  }
  if (wanted.startsWith('rsakeypair ')) {
    const [, label, size] = wanted.split(/\s+/);
    const [, presentLabel, presentSize] = present.trim().split(/\s+/);
    return (
      label === presentLabel && (size === undefined || presentSize === undefined || size === presentSize)
    );
  }
  return normalForm(wanted) === normalForm(present) || isSameInterface(wanted, present);
}

const INTERFACE = /^(?<head>source interface|ip-address) (?<kind>[a-z][a-z-]*?) ?(?<place>\d[\d/.:]*)$/i;

/** IOS takes `gi0/1` and prints `GigabitEthernet0/1`. */
function isSameInterface(wanted: string, present: string): boolean {
  const [short, whole] = [wanted, present].map(
    (line) => INTERFACE.exec(line.trim().replace(/\s+/g, ' '))?.groups,
  );
  if (short?.kind === undefined || whole?.kind === undefined) return false;
  const isAbbreviated = whole.kind.toLowerCase().startsWith(short.kind.toLowerCase());
  return short.head === whole.head && short.place === whole.place && isAbbreviated;
}

/** `ntp server [vrf X] address [options]`: the address with its vrf, and the options in pairs where they take a value. */
function ntpServer(words: readonly string[]): { address: string; options: readonly string[] } {
  const rest = words.slice(2);
  const address = rest[0] === 'vrf' ? rest.splice(0, 3).join(' ') : rest.splice(0, 1).join(' ');
  const options: string[] = [];
  while (rest.length > 0) {
    const takesValue = ['key', 'version', 'source', 'minpoll', 'maxpoll'].includes(rest[0] ?? '');
    options.push(rest.splice(0, takesValue ? 2 : 1).join(' '));
  }
  return { address, options };
}

function normalForm(line: string): string {
  const text = line.trim().replace(/\s+/g, ' ');
  const { head, url } =
    /^(?<head>(?:enrollment|authentication) url) (?<url>http:\S+)$/.exec(text)?.groups ?? {};
  if (url !== undefined && URL.canParse(url)) {
    // URL drops port 80 by itself; a bare host and a host with `/` are the same to the router.
    const { host, pathname } = new URL(url);
    return `${head} http://${host}${pathname.replace(/\/$/, '')}`;
  }
  const file = /^enrollment url tftp:\/\/(?<host>[^/\s]+)(?<rest>\/.*)?$/i.exec(text)?.groups;
  if (file !== undefined) return `enrollment url tftp ${canonicalHost(file.host ?? '')}${file.rest ?? ''}`;
  const fingerprint = /^fingerprint (?<hex>[0-9a-f ]+)$/i.exec(text)?.groups?.hex;
  if (fingerprint !== undefined) return `fingerprint ${fingerprint.replaceAll(' ', '').toUpperCase()}`;
  if (text.startsWith('subject-name ')) return text.replace(/\s*,\s*/g, ',');
  // 15.x and later print the minutes even when they are none.
  return text.replace(/^(clock timezone \S+ [+-]?\d+) 0$/, '$1').replace(/^(clock timezone \S+) \+/, '$1 ');
}
