import type { ErrorCode } from '../../../src/domain/errors.ts';
import { CHECKS, type CheckName } from '../../../src/domain/finding.ts';
import type { DeviceResult, StepResult } from '../../../src/domain/result.ts';
import { STEPS } from '../../../src/domain/step.ts';
import type { Labels } from '../../../src/report/labels.ts';
import type { ReportMaterial } from '../../../src/report/material.ts';
import { RunHistory } from '../../../src/report/run-history.ts';
import { aResult } from '../../run/a-device.ts';
import { aCertificate, anError, aRun, at } from '../a-run.ts';

const SITES = ['Lyon', 'Köln', 'Leeds', 'Porto', 'Gdańsk', 'New York'];
const CODES: readonly ErrorCode[] = ['timeout', 'login-refused', 'ca-unreachable', 'unreachable'];
const DAY_MS = 86_400_000;
/** How many routers were in work at once. */
const AT_ONCE = 40;

/** A run over so many routers as a large fleet has it: batches, some failures, a conversation each. */
export function aFleet(count: number): ReportMaterial {
  const devices = Array.from({ length: count }, (_, index) => aRouter(index, count));
  const history = new RunHistory();
  const seconds = Math.ceil(count / AT_ONCE) * 45 + 60;
  const shares = [0.05, 0.3, 1];
  shares.forEach((share, place) => {
    const from = place === 0 ? 0 : (shares[place - 1] ?? 0);
    const batch = { index: place + 1, of: 3 };
    const names = devices.filter((device) => device.batch === place + 1).map(({ device }) => device);
    history.hear({ type: 'batch-started', batch, devices: names, at: at(from * seconds) });
    history.hear({ type: 'batch-finished', batch, at: at(share * seconds - 4) });
  });
  history.hear({
    type: 'challenge-slots',
    authority: 'branch-ca',
    used: 5,
    capacity: 5,
    waiting: 31,
    at: at(20),
  });
  return {
    run: { id: '20261121T020000Z-enroll-1f3a', version: '0.1.0' },
    result: aRun(devices, { durationMs: seconds * 1000 }),
    history,
    labels: labelsOf(devices),
    transcriptOf: async ({ device, outcome }) => (outcome === 'skipped' ? undefined : aConversation(device)),
  };
}

function labelsOf(devices: readonly DeviceResult[]): Labels {
  return new Map(
    devices.map(({ device }, index) => [
      device,
      { site: SITES[index % SITES.length] ?? '', group: index % 3 === 0 ? 'emea canary' : 'emea' },
    ]),
  );
}

function aRouter(index: number, count: number): DeviceResult {
  const name = `br-${String(index + 1).padStart(4, '0')}`;
  const batch = index < count * 0.05 ? 1 : index < count * 0.3 ? 2 : 3;
  const startedAt = at(Math.floor(index / AT_ONCE) * 45 + (index % AT_ONCE) * 0.5);
  const common = { host: `192.0.2.${index % 250}`, startedAt, batch, release: 'IOS-XE 17.9.4' };
  if (index % 97 === 41) {
    const code = CODES[index % CODES.length] ?? 'timeout';
    const detail = `br-${index}#crypto pki enroll BRANCH\n% Start certificate enrollment ..\n% Something nobody foresaw`;
    return aResult(name, 'failed', {
      ...common,
      durationMs: 31_000,
      error: { ...anError(code, `${code} while it waited for the router`, { detail }), step: 'enroll' },
      steps: steps(startedAt, 8, 'failed'),
      notes: ['nothing was changed on the router'],
      ...(index % 2 === 0 ? { attempts: 3 } : {}),
    });
  }
  if (index % 131 === 60) return aResult(name, 'pending', { ...common, steps: steps(startedAt, 9, 'done') });
  if (index % 401 === 7)
    return aResult(name, 'skipped', { ...common, durationMs: 0, notes: ['not started'] });
  const notAfter = new Date(at(0).getTime() + (((index * 37) % 700) + 5) * DAY_MS);
  const all = steps(startedAt, STEPS.length, 'done');
  return aResult(name, index % 5 === 0 ? 'unchanged' : 'verified', {
    ...common,
    durationMs: all.reduce((sum, { durationMs }) => sum + durationMs, 0),
    steps: all,
    findings: findings(),
    certificates: [
      aCertificate({
        serial: (0x1a2b3c + index).toString(16).toUpperCase(),
        subject: `CN=${name}.example.net, OU=Branches, O=Example`,
        issuer: 'CN=Branch CA, O=Example',
        notAfter,
        sha1: 'AB'.repeat(20),
        sha256: 'CD'.repeat(32),
        key: 'rsa 2048',
        signature: 'sha256WithRSAEncryption',
        names: [`${name}.example.net`],
        chain: [
          {
            serial: '02',
            subject: 'CN=Branch CA, O=Example',
            issuer: 'CN=Example Root, O=Example',
            notBefore: at(0),
            notAfter: new Date('2034-01-01T00:00:00Z'),
            sha256: 'EF'.repeat(32),
          },
        ],
      }),
    ],
    notes: ['legacy SSH algorithms in use: diffie-hellman-group14-sha1'],
  });
}

function steps(startedAt: Date, count: number, last: StepResult['outcome']): StepResult[] {
  let at = startedAt.getTime();
  return STEPS.slice(0, count).map((step, index) => {
    const was = step === 'set-clock' || step === 'generate-keypair';
    const outcome = index === count - 1 ? last : was ? 'already-true' : 'done';
    const durationMs = was ? 0 : 900 + ((index * 1700) % 9000);
    const begun = new Date(at);
    at += durationMs;
    const isOfTrustpoint = index > 3 && step !== 'save';
    return {
      step,
      outcome,
      startedAt: begun,
      durationMs,
      note: was ? 'the router was so before' : `what ${step} found or did, in one line`,
      ...(isOfTrustpoint ? { trustpoint: 'BRANCH' } : {}),
    };
  });
}

function findings(): DeviceResult['findings'] {
  return (Object.keys(CHECKS) as CheckName[]).map((check, index) => ({
    check,
    trustpoint: 'BRANCH',
    status: index === 9 ? 'note' : 'pass',
    expected: index === 9 ? 'CN=br-0001.example.net, OU=Branches' : 'as the inventory says',
    actual: index === 9 ? 'CN=br-0001.example.net' : 'as the inventory says',
  }));
}

/** A conversation as a run keeps it, about as long as a real one. */
function aConversation(device: string): string {
  const lines = [
    `# trustfleet 0.1.0`,
    `# device: ${device} (192.0.2.1:22)`,
    `# started: 2026-11-21T02:00:00.000Z`,
  ];
  const say = (mark: string, text: string): void => {
    const time = new Date(at(0).getTime() + lines.length * 140).toISOString().slice(11, 23);
    lines.push(`${time} ${mark} ${text}`.trimEnd());
  };
  say('<', `${device}#`);
  say('>', 'show running-config | section crypto pki');
  for (let index = 0; index < 120; index += 1)
    say('<', `  308203A5 3082028D A0030201 0202${(index * 7919).toString(16)}`);
  say('<', `${device}(config)#`);
  say('>', 'crypto pki authenticate BRANCH');
  say('<', 'Certificate has the following attributes:');
  say('<', '       Fingerprint MD5: 0A1B2C3D 4E5F6071 8293A4B5 C6D7E8F9');
  say('<', '% Do you accept this certificate? [yes/no]:');
  say('*', 'accept-ca-certificate: yes, the fingerprint equals the pin');
  say('>', 'yes');
  say('<', 'Trustpoint CA certificate accepted.');
  say('>', 'crypto pki enroll BRANCH');
  say('<', 'Password:');
  say('>', '[redacted]');
  say('<', '% The fully-qualified domain name will not be included in the certificate');
  say('<', 'Request certificate from CA? [yes/no]:');
  say('>', 'yes');
  say('<', '%PKI-6-CERTRET: Certificate received from Certificate Authority');
  return `${lines.join('\n')}\n`;
}
