import { hexLines, type StoredCertificate, storageName } from '../pki/stored-certificate.ts';
import type { Trustpoint } from '../pki/trustpoint.ts';
import type { Router } from '../router.ts';
import type { ConfigForm } from './render.ts';

/** The `crypto pki trustpoint` blocks. */
export function trustpointLines({ trustpoints, personality: { pkiWord } }: Router): readonly string[] {
  const blocks = trustpoints.all.flatMap(({ name, lines }) => [
    `crypto ${pkiWord} trustpoint ${name}`,
    ...lines.map((line) => ` ${line}`),
    '!',
  ]);
  return blocks.length === 0 ? [] : [...blocks, '!'];
}

/** The `crypto pki certificate chain` blocks of the trustpoints that hold certificates. */
export function chainLines(
  { trustpoints, personality: { pkiWord } }: Router,
  form: ChainForm,
): readonly string[] {
  return trustpoints.all.flatMap((trustpoint) => {
    const entries = chainEntries(trustpoint);
    if (entries.length === 0) return [];
    return [
      `crypto ${pkiWord} certificate chain ${trustpoint.name}`,
      ...entries.flatMap((entry) => entryLines(entry, form)),
      '!',
    ];
  });
}

type ChainForm = Exclude<ConfigForm, 'startup-without-chains'>;

interface ChainEntry {
  readonly role: '' | 'self-signed' | 'rollover' | 'ca' | 'rollover ca' | 'ra-sign' | 'ra-encrypt';
  readonly stored: StoredCertificate;
}

function chainEntries(trustpoint: Trustpoint): readonly ChainEntry[] {
  const { identity, encryption, ca, ras, rollover, isSelfSigned } = trustpoint;
  const role = isSelfSigned ? ('self-signed' as const) : ('' as const);
  return [
    // The two heads with "rollover" are recalled.
    ...(rollover?.identity === undefined ? [] : [{ role: 'rollover' as const, stored: rollover.identity }]),
    ...(rollover === undefined ? [] : [{ role: 'rollover ca' as const, stored: rollover.ca }]),
    ...[identity, encryption].flatMap((stored) => (stored === undefined ? [] : [{ role, stored }])),
    ...ras.map((stored) => ({ role: raRole(stored), stored })),
    ...(ca === undefined ? [] : [{ role: 'ca' as const, stored: ca }]),
  ];
}

/** What an RA certificate is for, by its key usage. */
export function raRole({ certificate: { keyUsage } }: StoredCertificate): 'ra-sign' | 'ra-encrypt' {
  return keyUsage?.includes('keyEncipherment') === true && !keyUsage.includes('digitalSignature')
    ? 'ra-encrypt'
    : 'ra-sign';
}

function entryLines({ role, stored }: ChainEntry, form: ChainForm): readonly string[] {
  const head = ` certificate${role === '' ? '' : ` ${role}`} ${stored.certificate.serial}`;
  if (form === 'startup')
    return [`${head} ${storageName(stored, OWN_ROLES.includes(role) ? 'identity' : 'ca')}`];
  return [head, ...hexLines(stored.certificate.der), '  \tquit'];
}

const OWN_ROLES: readonly ChainEntry['role'][] = ['', 'self-signed', 'rollover'];
