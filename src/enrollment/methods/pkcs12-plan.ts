import { CONSENTS, type Consent } from '../../domain/consent.ts';
import { DeviceError } from '../../domain/errors.ts';
import type { RenewalDecision } from '../../domain/result.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import { sameKey } from '../../pki/key.ts';
import { recallCertificate } from '../../pki/recall.ts';
import type { Observation, TrustpointView } from '../observation.ts';
import { isPinned } from '../pins.ts';
import type { Action } from '../plan.ts';
import { whyUnreadable } from './pkcs12.ts';
import type { Pkcs12File } from './pkcs12-file.ts';

/** A trustpoint whose key pair and certificates come in a file. */
export interface ImportCase {
  readonly trustpoint: Trustpoint;
  readonly view: TrustpointView;
  readonly observation: Observation;
  readonly consents: ReadonlySet<Consent>;
  /** Undefined where nobody looks at files: for a preview. */
  readonly file: Pkcs12File | undefined;
  readonly url: string | undefined;
}

type Planned = Extract<Action, { kind: 'import' | 'remove-trustpoint' }>;

/**
 * What is done to bring a file's certificate onto a router; nothing where it holds that very one. Pure. Throws DeviceError
 * `plan-conflict`, `keypair-conflict` or `pkcs12-unusable` where something would go that is not the file's to replace.
 */
export function planImport(situation: ImportCase): readonly Planned[] {
  const { trustpoint, view, observation, file, url } = situation;
  const { name } = trustpoint;
  const held = view.identity;
  if (held?.der !== undefined && file !== undefined && isSame(held.der, file.contents.certificate)) return [];
  const unreadable = file && whyUnreadable(trustpoint, file, observation.release);
  if (unreadable !== undefined) throw new DeviceError('pkcs12-unusable', `${name}: ${unreadable}`);
  const mayReplaceKey = checkKey(situation);
  const action = {
    kind: 'import',
    trustpoint: name,
    release: observation.release,
    mayReplaceKey,
    ...(file === undefined ? {} : { file }),
    ...(url === undefined ? {} : { url }),
  } as const;
  if (held === undefined) return [{ ...action, why: 'the router holds no certificate for this trustpoint' }];
  const { serial, notAfter, publicKey } = checkOlder(situation, held.der);
  const why = `the file holds another certificate, which ends later than ${serial}`;
  return [
    { kind: 'remove-trustpoint', why: `${why}; an import wants a free name`, trustpoint: name },
    { ...action, why, replaces: { serial, notAfter, publicKey, keyWanted: 'any' } },
  ];
}

/** Only what came from a file, of the same CA, and ends sooner makes way for a newer file. */
function checkOlder({ trustpoint, view, file, consents }: ImportCase, der: Uint8Array | undefined) {
  const { name, authority } = trustpoint;
  if (der === undefined)
    throw new DeviceError('output-unreadable', `${name}: the certificate in place could not be read`);
  const isImported = view.lines?.lines.some((line) => /^\s*enrollment pkcs12\b/.test(line)) === true;
  if (!isImported && !consents.has('adopt-trustpoint')) {
    throw conflict(name, 'its certificate was not imported from a file', allow('adopt-trustpoint'));
  }
  const isOurs = view.authorities.some((each) => isPinned(each, authority.fingerprints));
  if (!isOurs && !consents.has('replace-ca'))
    throw conflict(name, 'the router already trusts another CA', allow('replace-ca'));
  const held = recallCertificate(der);
  if (file !== undefined && file.certificate.notAfter <= held.notAfter) {
    const ends = `${held.notAfter.toISOString()} is the end of that in place, ${file.certificate.notAfter.toISOString()} that of the file’s`;
    throw conflict(name, 'the certificate in place ends no sooner than that of the file', undefined, ends);
  }
  return held;
}

/** Whether a key pair of that name is there that may go. Throws where one is there that may not. */
function checkKey({ trustpoint, view, observation, file }: ImportCase): boolean {
  const { name } = trustpoint;
  const present = observation.keypairs.filter(({ label }) => label === name);
  if (present.length === 0) return false;
  const user = observation.running.trustpoints.find(
    (other) => other.name !== name && other.lines.some((line) => namesKey(line, name)),
  )?.name;
  const elsewhere = observation.lines?.filter(({ below }) => !below.some((head) => TRUSTPOINT.test(head)));
  const line = elsewhere?.find(({ text }) => namesKey(text, name))?.text;
  const by = user === undefined ? line && `“${line}”` : `trustpoint ${user}`;
  if (by !== undefined) throw keyConflict(name, `is used by ${by}`);
  const known = [view.identity?.der, file?.contents.certificate].flatMap((der) =>
    der === undefined ? [] : [recallCertificate(der).publicKey],
  );
  if (present.every(({ publicKey }) => known.some((key) => sameKey(key, publicKey)))) return true;
  throw keyConflict(name, 'is there, and belongs to no certificate of this trustpoint');
}

const TRUSTPOINT = /^crypto (?:pki|ca) trustpoint /;

function namesKey(line: string, label: string): boolean {
  const words = line.trim().split(/\s+/);
  return words.some((word, at) => /key-?pair(?:-name)?$/i.test(word) && words[at + 1] === label);
}

function keyConflict(label: string, why: string): DeviceError {
  return new DeviceError('keypair-conflict', `key pair ${label} ${why}: an import would replace it`, {
    detail: 'An existing key pair is never replaced: every certificate on it would die.',
    hint: 'give the trustpoint another name in the inventory: an imported key pair is called like it',
  });
}

function conflict(name: string, message: string, hint: string | undefined, detail = ''): DeviceError {
  return new DeviceError('plan-conflict', `${name}: ${message}`, {
    detail,
    ...(hint === undefined ? {} : { hint }),
  });
}

function allow(consent: Consent): string {
  return `to allow it: --${consent} <this device> (${CONSENTS[consent]})`;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Nobody can be asked for a certificate that is made elsewhere: a renewal that is due waits for a newer file. */
export function withFile(
  decided: RenewalDecision,
  view: TrustpointView,
  file: Pkcs12File | undefined,
): RenewalDecision {
  if (decided.decision !== 'due' || file === undefined) return decided;
  const held = view.identity?.der && recallCertificate(view.identity.der);
  if (held === undefined || file.certificate.notAfter > held.notAfter) return decided;
  const reason = `${decided.reason}; ${file.path} holds none that ends later`;
  return { ...decided, decision: 'waits-for-file', reason };
}
