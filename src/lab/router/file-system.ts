import type { CliSession } from './commands/command.ts';
import { httpGet, NoAnswer } from './pki/http-get.ts';
import type { Router } from './router.ts';
import { TftpRefusal, TftpTimeout, tftpGet, tftpPut } from './tftp-client.ts';

/** A place in the IOS file system: on a TFTP server, or on a device of the router. */
export type FilePlace =
  | { readonly kind: 'tftp'; readonly host: string; readonly port: number; readonly path: string }
  | { readonly kind: 'local'; readonly device: string; readonly path: string };

/** What can only be read: a file of a web server. */
export type SourcePlace =
  | FilePlace
  | { readonly kind: 'http'; readonly host: string; readonly port: number; readonly path: string };

const TFTP_PORT = 69;
const HTTP_PORT = 80;

const LEAST_TIMEOUT_MS = 250;
/** A packet is sent again after so much of one of the router's minutes. */
const TIMEOUT_SHARE = 12;

/**
 * Reads `tftp://host[:port]/dir/name`, `flash:dir/name`, `nvram:name`. A port is not known from IOS: it serves labs, where
 * nobody may listen on 69. Undefined when it is none of them.
 */
export function parsePlace(url: string): FilePlace | undefined {
  const tftp = /^tftp:\/\/(?<host>\[[0-9a-f:.]+\]|[^/:]+)(?::(?<port>\d+))?(?:\/+(?<path>.*))?$/i.exec(url);
  if (tftp?.groups !== undefined) {
    const { host = '', port, path = '' } = tftp.groups;
    return {
      kind: 'tftp',
      host: host.replace(/^\[|\]$/g, ''),
      port: Number(port ?? TFTP_PORT),
      path,
    };
  }
  const local = /^(?<device>flash|bootflash|nvram|usbflash\d|disk\d):\/*(?<path>.*)$/i.exec(url)?.groups;
  return local === undefined
    ? undefined
    : { kind: 'local', device: `${local.device ?? ''}:`.toLowerCase(), path: local.path ?? '' };
}

/** The same, or `http://host[:port]/dir/name`. */
export function parseSource(url: string): SourcePlace | undefined {
  const http = /^http:\/\/(?<host>\[[0-9a-f:.]+\]|[^/:]+)(?::(?<port>\d+))?\/+(?<path>.*)$/i.exec(
    url,
  )?.groups;
  if (http === undefined) return parsePlace(url);
  const { host = '', port, path = '' } = http;
  return { kind: 'http', host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? HTTP_PORT), path };
}

/** A file of that place's name with something behind it: `name.req`. */
export function withSuffix(place: FilePlace, suffix: string): FilePlace {
  return { ...place, path: `${place.path}${suffix}` };
}

/** Reads a file as `copy` does, and says so. Undefined when it could not be had; that is said, too. */
export async function loadFile(
  router: Router,
  session: CliSession,
  place: SourcePlace,
): Promise<Uint8Array | undefined> {
  const asked = await confirmPlace(router, session, place, 'Source');
  const { path } = asked;
  if (asked.kind === 'local') {
    const bytes = router.files.get(`${asked.device}${path}`);
    if (bytes === undefined) session.print(notOpened(asked, 'No such file or directory'));
    else session.print(`Reading file from ${asked.device}${path}`);
    return bytes;
  }
  try {
    const bytes = await (asked.kind === 'http'
      ? webGet(router, asked)
      : tftpGet(dialed(router, asked), path, patience(router)));
    const [port = ''] = router.personality.interfaces;
    const from = asked.kind === 'http' ? nameOf(asked) : `${path} from ${asked.host} (via ${port}):`;
    session.print(`Loading ${from} ${marks(bytes)}`);
    session.print(`[OK - ${bytes.length} bytes]\n`);
    return bytes;
  } catch (reason) {
    session.print(notOpened(asked, reasonOf(reason)));
    return undefined;
  }
}

/** Writes a file, and says so. False when it could not be written; that is said, too. */
export async function storeFile(
  router: Router,
  session: CliSession,
  place: FilePlace,
  bytes: Uint8Array,
): Promise<boolean> {
  const asked = await confirmPlace(router, session, place, 'Destination');
  if (asked.kind === 'local') {
    router.files.set(`${asked.device}${asked.path}`, bytes);
    session.print(`Writing file to ${asked.device}${asked.path}`);
    return true;
  }
  try {
    await tftpPut(dialed(router, asked), asked.path, bytes, patience(router));
    session.print(`!Writing ${asked.path} ${marks(bytes)}`);
    return true;
  } catch (reason) {
    session.print(notOpened(asked, reasonOf(reason)));
    return false;
  }
}

/** By HTTP; how a router words what it read so is not known from captures. */
async function webGet(
  router: Router,
  { host, port, path }: Extract<SourcePlace, { kind: 'http' }>,
): Promise<Uint8Array> {
  const target = { ...dialed(router, { host, port }), hostHeader: host, path: `/${path}`, userAgent: true };
  const { status, body } = await httpGet(target, router.stopped);
  if (status === 200) return body;
  throw new WebRefusal(status === 404 ? 'No such file or directory' : 'I/O error');
}

class WebRefusal extends Error {}

/** Where the router asks for host and file name, with what it would take in brackets. */
async function confirmPlace<Place extends SourcePlace>(
  router: Router,
  session: CliSession,
  place: Place,
  end: 'Source' | 'Destination',
): Promise<Place> {
  if (!router.fileQuestions) return place;
  const host =
    place.kind !== 'local'
      ? (await session.ask(`Address or name of remote host [${place.host}]? `)).trim()
      : '';
  const typed = (await session.ask(`${end} filename [${place.path}]? `)).trim();
  return {
    ...place,
    ...(place.kind !== 'local' && host !== '' ? { host } : {}),
    path: typed === '' ? place.path : typed,
  };
}

/** In the form that `copy` was captured with: `%Error opening tftp://10.99.12.1/RT01.cfg (Timed out)`. */
function notOpened(place: SourcePlace, reason: string): string {
  return `%Error opening ${nameOf(place)} (${reason})`;
}

function nameOf(place: SourcePlace): string {
  return place.kind === 'local'
    ? `${place.device}${place.path}`
    : `${place.kind}://${place.host}/${place.path}`;
}

function reasonOf(reason: unknown): string {
  if (reason instanceof TftpRefusal || reason instanceof WebRefusal) return reason.message;
  if (reason instanceof NoAnswer) return 'I/O error';
  if (reason instanceof TftpTimeout) return 'Timed out';
  throw reason;
}

/** One mark for every ten blocks. */
function marks(bytes: Uint8Array): string {
  return '!'.repeat(Math.floor(bytes.length / MARKED_BYTES) + 1);
}

const MARKED_BYTES = 5120;

function dialed(router: Router, { host, port }: { readonly host: string; readonly port: number }) {
  return router.dial({ host: router.config.hostAddress(host) ?? host, port });
}

function patience(router: Router) {
  return {
    timeoutMs: Math.max(LEAST_TIMEOUT_MS, router.minuteMs / TIMEOUT_SHARE),
    signal: router.stopped,
  };
}
