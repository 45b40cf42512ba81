import type { ShownCertificate, Tried } from '../doctor/facts.ts';
import { describeName } from '../pki/names.ts';
import { countFindings, type Examined } from './doctor-text.ts';
import { redact } from './thrown.ts';
import { VERSION } from './version.ts';

/** Raised when a field changes its meaning or goes. */
const DOCTOR_SCHEMA = 1;

/** What was found, for programs; docs/doctor.md names the fields. */
export function doctorJson(examined: readonly Examined[], at: Date): string {
  const document = {
    schema: DOCTOR_SCHEMA,
    trustfleet: VERSION,
    at,
    counts: countFindings(examined.flatMap(({ findings }) => findings)),
    authorities: examined.map(describe),
  };
  return `${JSON.stringify(document, clean, 2)}\n`;
}

function describe({ wants, facts, findings }: Examined): object {
  const { authority, users, algorithms } = wants;
  const { resolved, connected, capabilities, certificates, next, polls, clock } = facts;
  return {
    name: authority.name,
    url: facts.url,
    devices: [...new Set(users.map(({ device }) => device.name))],
    trustpoints: [...new Set(users.map(({ trustpoint }) => trustpoint.name))],
    releases: [...new Set(algorithms.flatMap(({ releases }) => releases))],
    milliseconds: {
      name: resolved.milliseconds,
      tcp: connected?.milliseconds,
      http: capabilities?.milliseconds,
    },
    capabilities: gotFrom(capabilities)?.words ?? [],
    certificates: [...(gotFrom(certificates) ?? []), ...(gotFrom(next) ?? [])].map(describeCertificate),
    polls: polls.map(({ digest, cipher, characters, outcome }) => ({ digest, cipher, characters, outcome })),
    ...(clock === undefined ? {} : { clockOffsetMs: clock.theirs.getTime() - clock.ours.getTime() }),
    counts: countFindings(findings),
    findings,
  };
}

function describeCertificate({ role, facts }: ShownCertificate): object {
  const { serial, subject, issuer, notBefore, notAfter, keyAlgorithm, keyBits, keyUsage, fingerprints } =
    facts;
  return {
    role,
    serial,
    subject: describeName(subject),
    issuer: describeName(issuer),
    notBefore,
    notAfter,
    key: `${keyAlgorithm} ${keyBits}`,
    ...(keyUsage === undefined ? {} : { keyUsage }),
    fingerprints: Object.fromEntries(fingerprints.map(({ hash, hex }) => [hash, hex])),
  };
}

function gotFrom<Value>(tried: Tried<Value> | undefined): Value | undefined {
  return tried !== undefined && 'value' in tried ? tried.value : undefined;
}

function clean(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? redact(value) : value;
}
