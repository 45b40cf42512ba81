import type { Device } from '../../src/domain/device.ts';
import type { Trustpoint } from '../../src/domain/trustpoint.ts';
import type { Observation } from '../../src/enrollment/observation.ts';
import { readCertificates } from '../../src/ios/show/certificates.ts';
import { readRunningPki } from '../../src/ios/show/running-pki.ts';
import { decodeCertificate } from '../../src/pki/decode.ts';
import { createRenderer } from '../../src/template/render.ts';
import { DIGITAL_SIGNATURE, issue, KEY_ENCIPHERMENT, type Made, rsaKeys } from '../pki/make-certificate.ts';
import { PLAIN, PLAIN_TRUSTPOINT } from '../template/devices.ts';

/** Midnight in the life of the certificates below. */
export const NOW = new Date('2026-06-01T00:00:00Z');
const DAY_MS = 86_400_000;

export const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

export const CA = issue({
  subject: ['O=Example', 'CN=Branch CA'],
  ca: true,
  notBefore: inDays(-1000),
  notAfter: inDays(1000),
});
export const KEYS = rsaKeys();

const sha1 = decodeCertificate(CA.der).fingerprints.find(({ hash }) => hash === 'SHA1');

export const TRUSTPOINT: Trustpoint = {
  ...PLAIN_TRUSTPOINT,
  authority: {
    ...PLAIN_TRUSTPOINT.authority,
    fingerprints: sha1 === undefined ? [] : [sha1],
    challenge: { kind: 'command', argv: ['mint'] },
  },
  renew: {
    before: { kind: 'duration', milliseconds: 30 * DAY_MS },
    keys: 'same',
    spreadMs: 0,
    windows: [],
    checkRevocation: false,
  },
};
export const DEVICE: Device = {
  ...PLAIN,
  clock: { ...PLAIN.clock, maxSkewMs: 300_000 },
  trustpoints: [TRUSTPOINT],
};
export const RENDERER = createRenderer();

export function identity(life: { from: number; to: number }, issuer: Made = CA): Made {
  return issue({
    subject: ['O=Example', 'OU=Branches', `CN=${DEVICE.fqdn}`],
    issuer,
    keys: KEYS,
    serial: '0A0B',
    notBefore: inDays(life.from),
    notAfter: inDays(life.to),
    usage: [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT],
  });
}

interface RouterState {
  /** Lines below `crypto pki trustpoint BRANCH`; absent: no such trustpoint. */
  readonly lines?: readonly string[];
  readonly ca?: Made;
  readonly identity?: Made;
  readonly pending?: boolean;
  readonly keyBits?: number;
  readonly otherTrustpoints?: string;
  readonly timeLines?: readonly string[];
  readonly saved?: boolean;
}

/** The lines that the templates render for DEVICE's trustpoint, as a router shows them. */
export function wantedLines(): readonly string[] {
  const block = RENDERER.render(DEVICE).blocks.find(({ name }) => name === 'trustpoint-scep');
  return (block?.lines ?? []).slice(1).map(({ parts }) => parts.join('').trim());
}

/** What the show commands of a router in that state say, read by the readers themselves. */
export function observed(state: RouterState): Observation {
  const chain = [
    ...(state.identity === undefined ? [] : [hexBlock('certificate', state.identity)]),
    ...(state.ca === undefined ? [] : [hexBlock('certificate ca', state.ca)]),
  ];
  const running = [
    ...(state.otherTrustpoints === undefined ? [] : [state.otherTrustpoints]),
    ...(state.lines === undefined
      ? []
      : ['crypto pki trustpoint BRANCH', ...state.lines.map((line) => ` ${line}`)]),
    ...(chain.length === 0 ? [] : ['crypto pki certificate chain BRANCH', ...chain]),
  ].join('\n');
  return {
    at: NOW,
    release: { platform: 'ios', version: '15.7(3)M8' },
    clock: { authority: 'authoritative', local: NOW, zone: 'UTC', notUnderstood: [] },
    ntp: { enabled: true, synchronized: true },
    timeLines: state.timeLines ?? ['ntp server 192.0.2.1'],
    keypairs:
      state.keyBits === undefined
        ? []
        : [
            {
              label: 'BRANCH',
              type: 'rsa',
              bits: state.keyBits,
              usage: 'General Purpose Key',
              publicKey: state.identity?.spki ?? new Uint8Array(),
              generatedAt: '',
              helper: false,
              notUnderstood: [],
            },
          ],
    status: [],
    certificates: readCertificates(
      state.pending === true ? PENDING : state.identity === undefined ? '' : AVAILABLE,
    ),
    running: readRunningPki(running),
    startup: readRunningPki(state.saved === false ? '' : running),
  };
}

function hexBlock(head: string, { der }: Made): string {
  const hex = Buffer.from(der).toString('hex').toUpperCase();
  const serial = decodeCertificate(der).serial;
  return [` ${head} ${serial}`, ...(hex.match(/.{1,64}/g) ?? []).map((line) => `  ${line}`), '  \tquit'].join(
    '\n',
  );
}

const AVAILABLE = [
  'Certificate',
  '  Status: Available',
  '  Certificate Serial Number (hex): 0A0B',
  '  Certificate Usage: General Purpose',
  '  Associated Trustpoints: BRANCH ',
].join('\n');
const PENDING = [
  'Certificate',
  '  Subject:',
  '    Name: br-0001.example.net',
  '   Status: Pending',
  '   Key Usage: General Purpose',
  '   Associated Trustpoint: BRANCH ',
].join('\n');
