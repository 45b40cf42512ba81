import type { Fingerprint } from '../../domain/fingerprint.ts';
import { readFingerprint } from './fingerprint-lines.ts';
import { type NamedBlock, namedBlocks } from './named-blocks.ts';

/** One trustpoint of `show crypto pki trustpoints status`. */
export interface TrustpointStatus {
  readonly name: string;
  /** The CA certificate is there. */
  readonly caConfigured: boolean;
  readonly caFingerprints: readonly Fingerprint[];
  /** The CA's subject on one line, as printed. */
  readonly caSubject?: string;
  /** Of the router's own certificates: one, or two with usage keys. Empty when there is none. */
  readonly identityFingerprints: readonly Fingerprint[];
  /** `Granted`, `Pending`, `Rejected`, `Failed` or whatever the release says. */
  readonly lastEnrollment?: string;
  readonly keysGenerated?: boolean;
  readonly caAuthenticated?: boolean;
  readonly requested?: boolean;
  readonly notUnderstood: readonly string[];
}

type Draft = { -readonly [K in keyof TrustpointStatus]: TrustpointStatus[K] } & {
  caFingerprints: Fingerprint[];
  identityFingerprints: Fingerprint[];
  notUnderstood: string[];
};
type Section = 'none' | 'ca' | 'identity' | 'foreign' | 'state';

const COMMAND = 'show crypto pki trustpoints status';
const HEAD = /^Trustpoint (?<name>\S+?):?$/;
const SECTION = /^\s+(?<what>\S.*?) certificate(?:\(s\))? (?<not>not )?configured\s*[:.]?$/i;
const STATE = /^\s+(?<what>\S.*?) ?\.{2,}\s*(?<answer>Yes|No|None)\b/i;

/** Reads `show crypto pki trustpoints [<name>] status`. Throws DeviceError `output-unreadable`. */
export function readTrustpointsStatus(text: string): TrustpointStatus[] {
  return namedBlocks(text, COMMAND, HEAD, 'trustpoint').map(readBlock);
}

function readBlock({ name, lines }: NamedBlock): TrustpointStatus {
  const draft: Draft = {
    name,
    caConfigured: false,
    caFingerprints: [],
    identityFingerprints: [],
    notUnderstood: [],
  };
  let section: Section = 'none';
  let isSubject = false;
  for (const line of lines) {
    const opened = openSection(draft, line);
    if (opened !== undefined) {
      section = opened;
      isSubject = false;
      // Of a certificate that is not ours to judge, such as a rollover one, nothing is believed.
      if (opened === 'foreign') draft.notUnderstood.push(line);
    } else if (isFact(draft, line)) {
      isSubject = false;
    } else if (section === 'foreign' || section === 'none') {
      draft.notUnderstood.push(line);
    } else if (/^\s+Subject Name:$/i.test(line)) {
      isSubject = true;
    } else if (isFingerprint(draft, section, line)) {
      isSubject = false;
    } else if (!isSubject || !takeSubject(draft, section, line)) {
      draft.notUnderstood.push(line);
    }
  }
  return draft;
}

function openSection(draft: Draft, line: string): Section | undefined {
  if (/^\s+State:$/i.test(line)) return 'state';
  const groups = SECTION.exec(line)?.groups;
  if (groups === undefined) return undefined;
  const [what = '', isConfigured] = [groups.what, groups.not === undefined];
  if (/^issuing CA$/i.test(what)) {
    draft.caConfigured = isConfigured;
    return 'ca';
  }
  return /^router(?: (?:general purpose|signature|encryption|self-?signed))?$/i.test(what)
    ? 'identity'
    : 'foreign';
}

function isFact(draft: Draft, line: string): boolean {
  const status = /^\s+Last enrollment status:\s*(?<status>\S.*)$/i.exec(line)?.groups?.status;
  if (status !== undefined) {
    draft.lastEnrollment = status;
    return true;
  }
  const groups = STATE.exec(line)?.groups;
  if (groups === undefined) return false;
  const what = groups.what ?? '';
  const isYes = /^yes$/i.test(groups.answer ?? '');
  if (/^keys generated$/i.test(what)) draft.keysGenerated = isYes;
  else if (/^issuing CA authenticated$/i.test(what)) draft.caAuthenticated = isYes;
  else if (/^certificate request\(?s?\)?$/i.test(what)) draft.requested = isYes;
  else return false;
  return true;
}

function isFingerprint(draft: Draft, section: Section, line: string): boolean {
  const groups = /^\s+Fingerprint(?: (?<hash>MD5|SHA-?\d+))?\s*: *(?<digits>\S.*)$/i.exec(line)?.groups;
  const fingerprint = groups && readFingerprint(groups.hash, groups.digits ?? '');
  if (fingerprint === undefined) return false;
  if (section === 'ca') draft.caFingerprints.push(fingerprint);
  else if (section === 'identity') draft.identityFingerprints.push(fingerprint);
  else return false;
  return true;
}

function takeSubject(draft: Draft, section: Section, line: string): boolean {
  // The router's own subject is understood and better read elsewhere.
  if (section === 'ca')
    draft.caSubject = draft.caSubject === undefined ? line.trim() : `${draft.caSubject},${line.trim()}`;
  return section === 'ca' || section === 'identity';
}
