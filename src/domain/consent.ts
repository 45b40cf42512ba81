/**
 * What a plan touches only when the operator has said so for this very device. Each is a switch that takes device names;
 * there is no yes for a whole fleet.
 */
export const CONSENTS = {
  'replace-ca':
    'remove a trustpoint that trusts another CA, or enrolls at another URL, with its certificates, and make it anew',
  'adopt-trustpoint':
    'take over a trustpoint that somebody else configured: lines that would spoil the enrollment are removed',
  'share-key': 'use a key pair that another trustpoint of the router uses too',
  'replace-selfsigned':
    'let the router delete the self-signed certificate of another trustpoint, that of its HTTPS server as a rule: it keeps one only',
  reissue: 'replace a certificate in force by one with the names the inventory now asks for',
  retire: 'remove the trustpoint and the key pair that a roll has replaced, when nothing uses them any more',
} as const;

export type Consent = keyof typeof CONSENTS;
