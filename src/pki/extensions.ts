import { BitString, OctetString } from 'asn1js';
import { AltName, BasicConstraints, type Certificate, ExtKeyUsage, type GeneralName } from 'pkijs';
import type { ExtensionFacts } from './extension-facts.ts';

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];
const PURPOSES: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.5', 'ipsecEndSystem'],
  ['1.3.6.1.5.5.7.3.6', 'ipsecTunnel'],
  ['1.3.6.1.5.5.7.3.7', 'ipsecUser'],
  ['1.3.6.1.5.5.7.3.17', 'ipsecIKE'],
  ['1.3.6.1.5.5.8.2.2', 'ikeIntermediate'],
]);

const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** Throws when an extension that is looked at cannot be read: half an answer would be taken for a whole one. */
export function readExtensions(certificate: Pick<Certificate, 'extensions'>): ExtensionFacts {
  const value = (oid: string): unknown => {
    const found = (certificate.extensions ?? []).filter(({ extnID }) => extnID === oid);
    if (found.length > 1) throw new Error(`the extension ${oid} stands in it twice`);
    if (found[0] === undefined) return undefined;
    const { parsedValue } = found[0];
    if (parsedValue === undefined || parsedValue === null)
      throw new Error(`its extension ${oid} cannot be read`);
    return parsedValue;
  };
  const usage = keyUsage(value('2.5.29.15'));
  const purposes = extendedKeyUsage(value('2.5.29.37'));
  const names = alternativeNames(value('2.5.29.17'));
  return {
    ...constraints(value('2.5.29.19')),
    ...(usage === undefined ? {} : { keyUsage: usage }),
    ...(purposes === undefined ? {} : { extendedKeyUsage: purposes }),
    dnsNames: names.filter(({ type }) => type === DNS_NAME).map((name) => String(name.value)),
    ipAddresses: names.filter(({ type }) => type === IP_ADDRESS).map(addressText),
  };
}

function constraints(value: unknown): Pick<ExtensionFacts, 'isCa' | 'hasConstraints' | 'pathLength'> {
  if (value === undefined) return { isCa: false, hasConstraints: false };
  if (!(value instanceof BasicConstraints)) throw new Error('its basic constraints cannot be read');
  const length = value.pathLenConstraint;
  return {
    isCa: value.cA,
    hasConstraints: true,
    ...(typeof length === 'number' ? { pathLength: length } : {}),
  };
}

/** Bit 0 is the highest bit of the first byte. */
function keyUsage(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!(value instanceof BitString)) throw new Error('its key usage cannot be read');
  const bytes = value.valueBlock.valueHexView;
  return KEY_USAGES.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function extendedKeyUsage(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!(value instanceof ExtKeyUsage)) throw new Error('its extended key usage cannot be read');
  return value.keyPurposes.map((oid) => PURPOSES.get(oid) ?? oid);
}

function alternativeNames(value: unknown): readonly GeneralName[] {
  if (value === undefined) return [];
  if (!(value instanceof AltName)) throw new Error('its alternative names cannot be read');
  return value.altNames;
}

function addressText({ value }: GeneralName): string {
  const bytes: unknown = value instanceof OctetString ? value.valueBlock.valueHexView : undefined;
  if (!(bytes instanceof Uint8Array)) throw new Error('its alternative names cannot be read');
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? [];
  return bytes.length === 16
    ? new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
    : groups.join('');
}
