import type { CliSession } from './commands/command.ts';
import type { Router } from './router.ts';
import { TftpRefusal, TftpTimeout, tftpGet, tftpPut } from './tftp-client.ts';

/** A place in the IOS file system: on a TFTP server, or on a device of the router. */
export type FilePlace =
  | { readonly kind: 'tftp'; readonly host: string; readonly port: number; readonly path: string }
  | { readonly kind: 'local'; readonly device: string; readonly path: string };

const TFTP_PORT = 69;
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

/** A file of that place's name with something behind it: `name.req`. */
export function withSuffix(place: FilePlace, suffix: string): FilePlace {
  return { ...place, path: `${place.path}${suffix}` };
}

/** Reads a file as `copy` does, and says so. Undefined when it could not be had; that is said, too. */
export async function loadFile(
  router: Router,
  session: CliSession,
  place: FilePlace,
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
    const bytes = await tftpGet(dialed(router, asked), path, patience(router));
    const [port = ''] = router.personality.interfaces;
    session.print(`Loading ${path} from ${asked.host} (via ${port}): ${marks(bytes)}`);
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

/** Where the router asks for host and file name, with what it would take in brackets. */
async function confirmPlace(
  router: Router,
  session: CliSession,
  place: FilePlace,
  end: 'Source' | 'Destination',
): Promise<FilePlace> {
  if (!router.fileQuestions) return place;
  const host =
    place.kind === 'tftp'
      ? (await session.ask(`Address or name of remote host [${place.host}]? `)).trim()
      : '';
  const typed = (await session.ask(`${end} filename [${place.path}]? `)).trim();
  return {
    ...place,
    ...(place.kind === 'tftp' && host !== '' ? { host } : {}),
    path: typed === '' ? place.path : typed,
  };
}

/** In the form that `copy` was captured with: `%Error opening tftp://10.99.12.1/RT01.cfg (Timed out)`. */
function notOpened(place: FilePlace, reason: string): string {
  const where = place.kind === 'tftp' ? `tftp://${place.host}/${place.path}` : `${place.device}${place.path}`;
  return `%Error opening ${where} (${reason})`;
}

function reasonOf(reason: unknown): string {
  if (reason instanceof TftpRefusal) return reason.message;
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
