import { parseCertificate } from '../../src/scep/index.ts';
import { type MatrixRouter, TRUSTPOINT } from './world.ts';

/** What a router holds, as far as a client can change it. */
export interface Snapshot {
  readonly keys: readonly string[];
  readonly certificates: readonly string[];
  readonly running: string;
  readonly startup: string;
}

export function snapshotOf({ router: { state } }: MatrixRouter): Snapshot {
  return {
    keys: state.keys.map(({ label, publicKey }) => `${label} ${hex(publicKey)}`),
    certificates: state.certificates.map(({ trustpoint, kind, der }) => `${trustpoint} ${kind} ${hex(der)}`),
    running: withoutHeader(state.running),
    startup: withoutHeader(state.startup),
  };
}

/** How the router was left: a word of `Left`, or a sentence when it is none of what can be expected. */
export function judge(cell: MatrixRouter, before: Snapshot): string {
  const { state } = cell.router;
  const after = snapshotOf(cell);
  const held = (kind: string): Uint8Array | undefined =>
    state.certificates.find((held) => held.trustpoint === TRUSTPOINT && held.kind === kind)?.der;
  const identity = held('identity');
  const isNew =
    identity !== undefined && !before.certificates.includes(`${TRUSTPOINT} identity ${hex(identity)}`);
  if (isNew) {
    const wrong = whatIsWrong(cell, identity);
    if (wrong !== undefined) return wrong;
    if (savesCertificate(state.startup, identity)) return 'enrolled';
    if (after.startup === before.startup) return 'granted';
    return hasTrustpoint(state.startup) ? 'halved' : 'a certificate came, and something else was saved';
  }
  if (isSame(before, after)) return 'untouched';
  if (trustsAnother(cell, before)) return 'it trusts another CA';
  const own = state.trustpoints.find(({ name }) => name === TRUSTPOINT);
  const trusted = held('ca');
  const trustsRight = trusted !== undefined && Buffer.from(trusted).equals(cell.ca.authority.ca.certificate);
  if (after.startup !== before.startup && own?.isPending === true && trustsRight) return 'waits';
  if (after.startup !== before.startup)
    return 'no new certificate, and the startup configuration was changed';
  if (trusted === undefined || before.certificates.length > 0) return 'unsaved';
  return 'trusts';
}

/** Whether a CA certificate came that is not the right CA's. */
function trustsAnother({ router: { state }, ca }: MatrixRouter, before: Snapshot): boolean {
  return state.certificates.some(({ trustpoint, kind, der }) => {
    const isNew = !before.certificates.includes(`${trustpoint} ${kind} ${hex(der)}`);
    return isNew && kind === 'ca' && !Buffer.from(der).equals(ca.authority.ca.certificate);
  });
}

/** Whether the certificate is the CA's own work for the router's own key, and nothing secret was left behind. */
function whatIsWrong(
  { router: { state }, ca, device }: MatrixRouter,
  identity: Uint8Array,
): string | undefined {
  const record = ca.authority.issued.find(({ der }) => Buffer.from(der).equals(identity));
  const key = state.keys.find(({ label }) => label === TRUSTPOINT);
  const trusted = state.certificates.find(
    ({ trustpoint, kind }) => trustpoint === TRUSTPOINT && kind === 'ca',
  );
  if (record === undefined) return 'the certificate is not in the records of the CA';
  if (key === undefined || !Buffer.from(record.publicKey).equals(key.publicKey))
    return 'certified for another key';
  if (trusted === undefined || !Buffer.from(trusted.der).equals(ca.authority.ca.certificate))
    return 'it trusts another CA';
  const lines = state.trustpoints.find(({ name }) => name === TRUSTPOINT)?.lines ?? [];
  if (!lines.includes(`fqdn ${device.fqdn}`)) return 'the trustpoint lacks its lines';
  if (lines.some((line) => line.startsWith('password')))
    return 'a challenge password stayed in the trustpoint';
  if (!state.running.replaceAll(/\s/g, '').includes(hex(identity).toUpperCase()))
    return 'the running configuration lacks the certificate';
  return undefined;
}

function savesCertificate(startup: string, identity: Uint8Array): boolean {
  const { serial } = parseCertificate(identity);
  return startup.split('\n').some((line) => line.startsWith(` certificate ${serial} `));
}

function hasTrustpoint(startup: string): boolean {
  return startup
    .split('\n')
    .some((line) => /^crypto (?:pki|ca) trustpoint (\S+)$/.exec(line)?.[1] === TRUSTPOINT);
}

function isSame(before: Snapshot, after: Snapshot): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

/** The lines about who changed what when say nothing of what stands there. */
function withoutHeader(configuration: string): string {
  return configuration.replaceAll(/^! (?:Last configuration change|NVRAM config last updated).*\n/gm, '');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
