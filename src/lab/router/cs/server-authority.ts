import {
  type CaCapability,
  type CertificateAuthority,
  type Decision,
  type EnrollmentRequest,
  issueCrl,
  parseCertificate,
} from '../../../scep/index.ts';
import type { CertificateServer } from './certificate-server.ts';
import type { ServerRequest } from './request-database.ts';

/** What a trace of 17.19 shows that a router read from a router. */
const CAPABILITIES: readonly CaCapability[] = [
  'GetNextCACert',
  'Renewal',
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'SHA-512',
];
const CRL_LIFE_MS = 6 * 3_600_000;

/** What the SCEP engine asks of a certificate server. */
export function serverAuthority(server: CertificateServer): CertificateAuthority {
  function decide(request: EnrollmentRequest): Decision {
    if (!request.repeated) return decisionOn(server.receive(request), server);
    const known = server.requests.latest(request.csr);
    // Removed by the operator while the router still asks.
    return known === undefined ? { status: 'rejected', failInfo: 'badCertId' } : decisionOn(known, server);
  }

  return {
    capabilities: () => CAPABILITIES,
    caCertificates: () => {
      const { caCertificate } = server;
      if (caCertificate === undefined) return [];
      return server.ca === undefined ? [server.agent.certificate, caCertificate] : [caCertificate];
    },
    recipients: () => [server.agent, ...(server.next === undefined ? [] : [server.next])],
    signer: () => server.agent,
    decide,
    rollover: () =>
      server.next === undefined
        ? undefined
        : { certificates: [server.next.certificate], signer: server.agent },
    certificate: ({ serialOctets }) =>
      server.issued.find(({ der }) => Buffer.compare(parseCertificate(der).serialOctets, serialOctets) === 0)
        ?.der,
    crl: () => (server.ca === undefined ? undefined : currentCrl(server)),
  };
}

function decisionOn({ state, certificate }: ServerRequest, { caCertificate }: CertificateServer): Decision {
  if (state === 'rejected') return { status: 'rejected', failInfo: 'badRequest' };
  if (certificate === undefined) return { status: 'pending' };
  return { status: 'granted', certificate, chain: caCertificate === undefined ? [] : [caCertificate] };
}

/** The DER of the list of what was revoked. */
export function currentCrl({ agent, router, revoked }: CertificateServer): Uint8Array {
  const now = router.clock.now();
  return issueCrl({
    issuer: parseCertificate(agent.certificate).subject,
    signingKey: agent.key,
    hash: 'sha256',
    thisUpdate: now,
    nextUpdate: new Date(now.getTime() + CRL_LIFE_MS),
    revoked: [...revoked].map(({ der }) => ({ serial: parseCertificate(der).serialOctets, at: now })),
    number: 1,
  });
}
