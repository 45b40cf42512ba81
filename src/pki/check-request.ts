import { checkNames, checkSubject } from './check-names.ts';
import { sameKey } from './key.ts';
import type { RequestFacts } from './request.ts';
import type { ExpectedCertificate } from './verify.ts';

/** What a router's request has to ask for. */
export interface ExpectedRequest
  extends Pick<ExpectedCertificate, 'subject' | 'fqdn' | 'serialNumberAsked' | 'ipAddress'> {
  /** DER SubjectPublicKeyInfo of the router's key pair. */
  readonly publicKey: Uint8Array;
}

/**
 * What is wrong with a request whose signature was verified: another key than the router's, or other names than the
 * inventory's. Empty when nothing is. Pure.
 */
export function checkRequest(
  request: Pick<RequestFacts, 'subject' | 'dnsNames' | 'ipAddresses' | 'publicKey'>,
  expected: ExpectedRequest,
): readonly string[] {
  const key = sameKey(request.publicKey, expected.publicKey)
    ? []
    : ['its key is not that of the router’s key pair'];
  const evidence = { identity: request, expected };
  const names = [
    { what: 'its subject', verdict: checkSubject(evidence) },
    { what: 'its names', verdict: checkNames(evidence) },
  ].flatMap(({ what, verdict: { status, expected: asked, actual } }) =>
    status === 'pass' ? [] : [`${what} should be ${asked}; ${actual}`],
  );
  return [...key, ...names];
}
