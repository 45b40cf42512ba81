import { X509Certificate } from 'node:crypto';
import { calledBy } from '../../domain/key-use.ts';
import { plural } from '../outcomes.ts';
import type { ProofCheck, ProofEntry } from './check-proof.ts';
import { sha256 } from './make-proof.ts';
import type { FileSet } from './tar.ts';

interface Expected {
  readonly certificates: readonly string[];
  readonly missingCertificates: readonly string[];
}

/**
 * Reads each certificate anew: its hash is its name, its serial number and its end are what the entries say, and each
 * router's certificate is signed by one that its router keeps as its CA's.
 */
export function checkCertificates(
  files: FileSet,
  entries: readonly ProofEntry[],
  { certificates, missingCertificates }: Expected,
): readonly ProofCheck[] {
  const read = new Map<string, X509Certificate>();
  const bad: string[] = [];
  for (const hash of certificates) {
    const der = files.get(`certificates/${hash}.der`);
    const certificate = der !== undefined && sha256(der) === hash ? decode(der) : undefined;
    if (certificate === undefined) bad.push(hash);
    else read.set(hash, certificate);
  }
  const held = entries.flatMap(({ device, certificates: own = [] }) =>
    own.map((each) => ({ device, ...each })),
  );
  const named = held.flatMap(({ chain = [], ...own }) => [own, ...chain]);
  const wrong = named.filter(({ sha256: hash, serial, notAfter }) => {
    const certificate = read.get(hash.toUpperCase());
    return certificate !== undefined && !agrees(certificate, serial, notAfter);
  });
  const unnamed = named.filter(
    ({ sha256: hash }) => !read.has(hash.toUpperCase()) && !missingCertificates.includes(hash.toUpperCase()),
  );
  return [
    verdict(
      'certificates',
      [...bad, ...unnamed.map((each) => each.sha256)],
      `${plural(read.size, 'certificate')}, each with the hash it is named by`,
      'missing, unreadable or altered',
    ),
    verdict(
      'certificates and entries',
      wrong.map((each) => each.sha256),
      'serial numbers and ends agree',
      'serial number or end is not what the entry says',
    ),
    checkIssuers(held, read),
    ...(missingCertificates.length === 0
      ? []
      : [
          {
            check: 'missing certificates',
            status: 'unknown',
            said: `${missingCertificates.length} were not kept by the run, so only their hashes are here`,
          } as const,
        ]),
  ];
}

type Held = Pick<ProofEntry, 'device'> & NonNullable<ProofEntry['certificates']>[number];

function checkIssuers(held: readonly Held[], read: ReadonlyMap<string, X509Certificate>): ProofCheck {
  const check = 'issuers';
  const here = held.flatMap((each) => {
    const own = read.get(each.sha256.toUpperCase());
    return own === undefined ? [] : [{ ...each, own }];
  });
  if (here.length < held.length) {
    const said = `${held.length - here.length} of ${plural(held.length, 'router certificate')} are not here to be looked at`;
    return { check, status: 'unknown', said };
  }
  const unsigned = here.filter(({ own, chain = [] }) => {
    const above = chain.flatMap((each) => read.get(each.sha256.toUpperCase()) ?? []);
    // A router may sign its own certificate, which nobody stands above then.
    const issuers = chain.length === 0 ? [own] : above;
    return !issuers.some((issuer) => isIssuedBy(own, issuer));
  });
  return verdict(
    check,
    unsigned.map(
      ({ device, trustpoint, use }) =>
        `${device} ${calledBy({ trustpoint, ...(use === undefined ? {} : { use }) })}`,
    ),
    `${plural(here.length, 'router certificate')}, each signed by a CA certificate of the same router`,
    'signed by no CA certificate of its router',
  );
}

function verdict(check: string, wrong: readonly string[], good: string, bad: string): ProofCheck {
  const [first] = wrong;
  if (first === undefined) return { check, status: 'pass', said: good };
  const others = wrong.length > 1 ? ` and ${wrong.length - 1} more` : '';
  return { check, status: 'fail', said: `${first}${others}: ${bad}` };
}

function decode(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

function agrees(certificate: X509Certificate, serial: string, notAfter: string): boolean {
  const plain = (hex: string): string => hex.toUpperCase().replace(/^0+(?=.)/, '');
  const end = new Date(certificate.validTo).getTime();
  return plain(certificate.serialNumber) === plain(serial) && end === new Date(notAfter).getTime();
}

/** By signature alone: RA certificates stand beside the CA's, and IOS orders them as it likes. */
function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.issuer === issuer.subject && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}
