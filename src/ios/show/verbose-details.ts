/**
 * What `show crypto pki certificates verbose` prints below `Subject Key Info:` and `X509v3 extensions:`. The DER says
 * the same and better; the reader only has to know that there is nothing else.
 */
const DETAILS: readonly RegExp[] = [
  /^Public Key Algorithm: \S/i,
  /^\w+ Public Key: \(\d+ bit\)$/i,
  /^X509v3 (?:Key Usage|Subject Key ID|Authority Key ID): [0-9A-F ]+$/i,
  /^(?:X509v3 )?(?:Basic Constraints|Extended Key Usage|Subject Alternative Names?):$/i,
  /^CA: (?:TRUE|FALSE)$/i,
  /^Authority Info Access:$/i,
  /^(?:OCSP URL|CA ISSUERS|IP Address|OtherNames) ?: ?\S/i,
  /^(?:Digital Signature|Non Repudiation|(?:Key|Data) Encipherment|Key Agreement|Key Cert Sign|CRL Signature|(?:En|De)cipher Only)$/i,
  /^(?:(?:Server|Client) Auth|IPSEC (?:End System|Tunnel|User)|SSH (?:Server|Client)|Code Signing|Email Protection|OCSP Signing|Time Stamping)$/i,
  /^\d+(?:\.\d+)+$/,
];

export function isKnownDetail(line: string): boolean {
  const text = line.trim();
  return DETAILS.some((detail) => detail.test(text));
}
