/** What the extensions of a certificate say (RFC 5280 section 4.2.1). */
export interface ExtensionFacts {
  readonly isCa: boolean;
  readonly hasConstraints: boolean;
  readonly pathLength?: number;
  readonly keyUsage?: readonly string[];
  readonly extendedKeyUsage?: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}
