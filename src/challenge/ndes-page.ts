import { type Fingerprint, parseFingerprint } from '../domain/fingerprint.ts';
import { Secret } from '../domain/secret.ts';

/** What an mscep_admin page says. All but the errors of the web server itself come with HTTP 200. */
export type AdminPage =
  | {
      readonly kind: 'issued';
      readonly password: Secret;
      /** One password for everybody, without an end (UseSinglePassword). */
      readonly reusable: boolean;
      /** In milliseconds, when the page names it. */
      readonly validityMs?: number;
      /** Of the CA certificate. */
      readonly thumbprint?: Fingerprint;
    }
  | { readonly kind: 'cache-full' }
  | { readonly kind: 'no-permission' }
  /** `why` quotes the title at most: the rest may hold a password that we did not recognise. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Reads an admin page. The English sentences decide; a page in another language is read by its form alone, and only
 * when one bold text can be the password and one the thumbprint. Everything else is `unknown`.
 *
 * @param from names the service in the Secret: `NDES branch-ca`
 * @param contentType the HTTP header, if any
 */
export function readAdminPage(body: Uint8Array, from: string, contentType?: string): AdminPage {
  const html = decodePage(body, contentType);
  const text = textOf(html);
  const full = /password\s+cache\s+is\s+full/i.test(text);
  const refused = /do\s+not\s+have\s+sufficient\s+permission/i.test(text);
  const issued = /enrollment challenge password/i.test(text) ? readSentences(text) : readForm(html);
  if (issued === undefined && full !== refused) return { kind: full ? 'cache-full' : 'no-permission' };
  if (issued === undefined) return { kind: 'unknown', why: describe(html) };
  // Known from here on, so that no message or transcript can carry it, whatever becomes of the page.
  const password = Secret.acquired(issued.password, from);
  if (full || refused) return { kind: 'unknown', why: 'it shows a password and an error at once' };
  if (issued.thumbprint === 'unreadable') return { kind: 'unknown', why: 'its thumbprint cannot be read' };
  return {
    kind: 'issued',
    password,
    reusable: /can be used multiple times/i.test(text),
    ...validityOf(text),
    ...(issued.thumbprint === undefined ? {} : { thumbprint: issued.thumbprint }),
  };
}

/**
 * The page as text. NDES writes UTF-16LE, with or without a byte order mark, while its META tag claims UTF-8; other
 * servers that show the same page write UTF-8. So the bytes decide, and the HTTP header only after them.
 */
export function decodePage(body: Uint8Array, contentType = ''): string {
  if (body[0] === 0xff && body[1] === 0xfe) return decode(body, 'utf-16le');
  if (body[0] === 0xfe && body[1] === 0xff) return decode(body, 'utf-16be');
  if (zeros(body, 1) >= 0.25) return decode(body, 'utf-16le');
  if (zeros(body, 0) >= 0.25) return decode(body, 'utf-16be');
  return decode(body, /charset="?([\w.:-]+)/i.exec(contentType)?.[1] ?? 'utf-8');
}

/** How many of the even (0) or odd (1) bytes are zero: all of those beside ASCII letters in UTF-16. */
function zeros(body: Uint8Array, parity: 0 | 1): number {
  const half = body.filter((_, index) => index % 2 === parity);
  return half.length === 0 ? 0 : half.filter((byte) => byte === 0).length / half.length;
}

function decode(body: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding).decode(body);
  } catch {
    return new TextDecoder('utf-8').decode(body);
  }
}

/** The text without tags; a line end stands where one or more tags were. */
function textOf(html: string): string {
  return html.replace(/\s+/g, ' ').replace(/ ?(?:<[^<>]*> ?)+/g, '\n');
}

interface Issued {
  readonly password: string;
  readonly thumbprint: Fingerprint | 'unreadable' | undefined;
}

/** By the English sentences. The password fills its element, so one that a blank or the end of the page cuts is none. */
function readSentences(text: string): Issued | undefined {
  const [match, another] = text.matchAll(
    /enrollment challenge password is:\s*(?<password>[^\s&<>]+)(?=\n)/gi,
  );
  const password = match?.groups?.password;
  if (password === undefined || another !== undefined) return undefined;
  const digits = /thumbprint[^:\n]{0,200}:\s*(?<digits>[^\n]*)/i.exec(text)?.groups?.digits;
  return { password, thumbprint: digits === undefined ? undefined : readThumbprint(digits) };
}

/** By form: of the bold texts, exactly one is a run of hex digits and one a fingerprint in groups of eight. */
function readForm(html: string): Issued | undefined {
  const bold = [...html.matchAll(/<B>([^<]*)<\/B>/gi)].map(([, inner = '']) =>
    inner.replace(/\s+/g, ' ').trim(),
  );
  const [password, another] = bold.filter((inner) => /^[0-9A-F]{8,128}$/i.test(inner));
  const [digits, more] = bold.filter((inner) => /^[0-9A-F]{8}(?: [0-9A-F]{8}){3,7}$/i.test(inner));
  if (password === undefined || another !== undefined) return undefined;
  if (digits === undefined || more !== undefined) return undefined;
  return { password, thumbprint: readThumbprint(digits) };
}

function readThumbprint(digits: string): Fingerprint | 'unreadable' {
  const thumbprint = parseFingerprint(digits);
  return 'problem' in thumbprint ? 'unreadable' : thumbprint;
}

function validityOf(text: string): { validityMs?: number } {
  const minutes = /will expire within ([1-9]\d{0,5}) minutes?/i.exec(text)?.[1];
  return minutes === undefined ? {} : { validityMs: Number(minutes) * 60_000 };
}

function describe(html: string): string {
  const title = /<title[^<>]*>([^<]{0,80})/i.exec(html)?.[1]?.replace(/\s+/g, ' ').trim();
  if (html.trim() === '') return 'it is empty';
  return title === undefined || title === '' ? 'it has no title' : `its title is "${title}"`;
}
