import { randomBytes } from 'node:crypto';
import { DeviceError } from '../../domain/errors.ts';
import type { EmbeddedServer } from '../../domain/method.ts';
import { Secret } from '../../domain/secret.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import {
  fileNameIn,
  type ImportPkcs12Options,
  importPkcs12,
  importPkcs12Command,
} from '../../ios/dialogues/import-pkcs12.ts';
import { type ForeseenLine, foreseeConversation } from '../../ios/foreseen.ts';
import type { Version } from '../../ios/show/version.ts';
import type { Pkcs12Encryption } from '../../pki/pkcs12/kinds.ts';
import { makePkcs12 } from '../../pki/pkcs12/make.ts';
import { foreseeLook, look } from '../look.ts';
import type { Action } from '../plan.ts';
import { type StepContext, trustpointOf } from '../steps/context.ts';
import type { Pkcs12File } from './pkcs12-file.ts';
import { withFiles } from './with-files.ts';

type Import = Extract<Action, { kind: 'import' }>;

/** A small router needs up to a minute, and says nothing meanwhile. */
const IMPORT_MS = 180_000;
const HELD = ['running'] as const;
/** The last release that reads nothing newer than 3DES and SHA-1. */
const LAST_LEGACY = { major: 17, minor: 9 };

/** How a file has to be protected for a release to read it. */
export function encryptionFor({
  platform,
  version,
}: Pick<Version, 'platform' | 'version'>): Pkcs12Encryption {
  const parts = /^(?<major>\d+)\.(?<minor>\d+)/.exec(version)?.groups;
  if (platform !== 'ios-xe' || parts === undefined) return 'legacy';
  const [major, minor] = [Number(parts.major), Number(parts.minor)];
  const isLegacy = major < LAST_LEGACY.major || (major === LAST_LEGACY.major && minor <= LAST_LEGACY.minor);
  return isLegacy ? 'legacy' : 'modern';
}

/**
 * Gives the router the key pair and the certificates of a PKCS#12 file. One that is pasted, or handed out by our own TFTP
 * server, is made anew for it: in the encryption that its release reads, under a passphrase that is made for this one import
 * and kept nowhere. What the router then holds is read back and compared with the file.
 *
 * Throws DeviceError `verification-failed`, `tftp-failed`, or what `importPkcs12` throws.
 */
export async function importFile(
  context: StepContext,
  action: Import,
  note: (text: string) => void,
): Promise<void> {
  const { session, device } = context;
  const trustpoint = trustpointOf(context, action.trustpoint);
  const { file } = action;
  if (file === undefined) throw new Error(`${trustpoint.name}: its PKCS#12 file was not opened`);
  const encryption = encryptionFor(action.release);
  await handingOut(context, trustpoint, { file, encryption }, (taken) =>
    importPkcs12(session, {
      trustpoint: trustpoint.name,
      ...taken,
      mayReplaceKey: action.mayReplaceKey,
      timeoutMs: Math.max(device.timeouts.command, IMPORT_MS),
    }),
  );
  const { running } = await look(session, HELD, { trustpoints: [trustpoint.name], keypairs: [] });
  const chain = running.chains.find(({ trustpoint: name }) => name === trustpoint.name)?.certificates ?? [];
  const held = chain.find(({ kind }) => kind === 'identity')?.der;
  if (held === undefined || Buffer.compare(held, file.contents.certificate) !== 0) {
    const message = `${trustpoint.name}: the router took the file, and does not hold its certificate`;
    throw new DeviceError('verification-failed', message, { detail: file.path });
  }
  const by = file.url === undefined ? 'pasted' : `read by the router from ${file.url}`;
  const how = isMadeAnew(trustpoint)
    ? `, made anew with ${HOW[encryption]} and a passphrase of its own`
    : ', as the file is';
  note(`certificate ${file.certificate.serial} with its key, ${by}${how}`);
}

const HOW: Readonly<Record<Pkcs12Encryption, string>> = {
  legacy: '3DES and SHA-1, which its release reads',
  modern: 'AES-256 and SHA-256',
};

type Taken = Pick<ImportPkcs12Options, 'source' | 'passphrase'>;

/** The operator's file stays here unless somebody else's server has it: then the router is told its passphrase. */
function isMadeAnew({ method }: Trustpoint): boolean {
  return method.kind === 'pkcs12' && (method.by.kind === 'terminal' || method.by.server !== undefined);
}

/** Has the router take the file while it is there to be taken. */
async function handingOut(
  context: StepContext,
  trustpoint: Trustpoint,
  { file, encryption }: { readonly file: Pkcs12File; readonly encryption: Pkcs12Encryption },
  act: (taken: Taken) => Promise<void>,
): Promise<void> {
  const { url } = file;
  if (url !== undefined && !isMadeAnew(trustpoint))
    return act({ source: { kind: 'url', url }, passphrase: passphraseOf(trustpoint) });
  // Letters and digits: a question mark or a blank would not get through the router's command line.
  const passphrase = Secret.acquired(randomBytes(16).toString('hex'), 'one import of a PKCS#12 file');
  const made = makePkcs12(file.contents, { passphrase, encryption });
  const server = serverOf(trustpoint);
  if (url === undefined || server === undefined) {
    const lines = Buffer.from(made)
      .toString('base64')
      .match(/.{1,64}/g);
    return act({ source: { kind: 'terminal', lines: lines ?? [] }, passphrase });
  }
  return withFiles(context, server, async (files) => {
    await files.offer(fileNameIn(url), made);
    await act({ source: { kind: 'url', url }, passphrase });
  });
}

function serverOf({ method }: Trustpoint): EmbeddedServer | undefined {
  return method.kind === 'pkcs12' && method.by.kind === 'url' ? method.by.server : undefined;
}

/** The file's own, which the router is told. */
function passphraseOf({ name, method }: Trustpoint): Secret {
  if (method.kind !== 'pkcs12') throw new Error(`${name} imports no PKCS#12 file`);
  return method.passphrase;
}

/** Why a router could not read a file from its URL as it is; undefined where it can. */
export function whyUnreadable(
  trustpoint: Trustpoint,
  { url, isLegacy }: Pkcs12File,
  release: Pick<Version, 'platform' | 'version'>,
): string | undefined {
  if (url === undefined || isMadeAnew(trustpoint)) return undefined;
  if (/[\s?]/.test(passphraseOf(trustpoint).reveal()))
    return 'its passphrase holds a blank or a question mark, which a router’s command line does not take';
  if (isLegacy || encryptionFor(release) === 'modern') return undefined;
  return `${release.version} reads 3DES, RC2 and SHA-1 only: make the file with openssl pkcs12 -export -legacy`;
}

/** The lines that `importFile` types. */
export function foreseeImport({ trustpoint, url, mayReplaceKey }: Import): readonly ForeseenLine[] {
  const source = url === undefined ? ({ kind: 'terminal' } as const) : ({ kind: 'url', url } as const);
  return [
    ...foreseeConversation(importPkcs12Command({ trustpoint, source, mayReplaceKey })),
    ...foreseeLook(HELD),
  ];
}
