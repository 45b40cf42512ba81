import { raRole } from '../config/render-pki.ts';
import { namedKeys } from '../pki/enrollment-key.ts';
import type { RouterKey } from '../pki/key-store.ts';
import { type BlockOptions, certificateBlock, pendingBlock } from '../pki/print-certificate.ts';
import { scepUrl } from '../pki/scep-http.ts';
import { groupedHash, nameParts, pemLines, type StoredCertificate } from '../pki/stored-certificate.ts';
import type { Trustpoint } from '../pki/trustpoint.ts';
import type { Router } from '../router.ts';
import type { Call, Command, Outcome } from './command.ts';

/** `show crypto pki`; `show crypto ca` means the same for ever. */
export const SHOW_PKI_COMMANDS: readonly Command[] = [
  {
    syntax: 'show crypto {pki|ca} certificates [<name:WORD>]',
    help: 'Show certificates',
    run: showCertificates,
  },
  {
    syntax: 'show crypto {pki|ca} certificates {verbose [<name:WORD>]|<name:WORD> verbose}',
    help: 'Show certificates with all their parts',
    needs: 'certificates verbose',
    run: showCertificates,
  },
  {
    syntax: 'show crypto {pki|ca} certificates pem [<name:WORD>]',
    help: 'Show certificates in PEM format',
    needs: 'certificates pem',
    run: showPem,
  },
  {
    syntax: 'show crypto {pki|ca} trustpoints [<name:WORD>]',
    help: 'Show trustpoints',
    run: showTrustpoints,
  },
  {
    syntax: 'show crypto {pki|ca} trustpoints [<name:WORD>] status',
    help: 'Show the state of trustpoints',
    needs: 'trustpoints status',
    run: showTrustpoints,
  },
  { syntax: 'show crypto {pki|ca} timers [detail]', help: 'Show PKI timers', run: showTimers },
];

function selected({ router, args }: Call): readonly Trustpoint[] {
  const { name } = args;
  return router.trustpoints.all.filter((trustpoint) => name === undefined || trustpoint.name === name);
}

function showCertificates(call: Call): Outcome {
  const verbose = call.words.includes('verbose');
  const { router } = call;
  const trustpoints = selected(call);
  const shown = new Set<string>();
  const blocks = trustpoints.flatMap((trustpoint) => identityBlocks(router, trustpoint, verbose));
  const authorities = trustpoints.flatMap(({ ca, ras, rollover }) => [
    ...(rollover === undefined ? [] : [{ kind: 'ca-rollover' as const, stored: rollover.ca }]),
    ...(ca === undefined ? [] : [{ kind: 'ca' as const, stored: ca }]),
    ...ras.map((stored) => ({ kind: raRole(stored), stored })),
  ]);
  for (const { kind, stored } of authorities) {
    const key = Buffer.from(stored.certificate.der).toString('base64');
    if (shown.has(key)) continue;
    shown.add(key);
    const names = holders(router, stored);
    blocks.push(certificateBlock(stored, { kind, ...manners(router), trustpoints: names, verbose }));
  }
  const lines = blocks.flatMap((block) => [...block, '']);
  // A pending block comes last, after one empty line more.
  return [...lines, ...trustpoints.flatMap((trustpoint) => pendingLines(router, trustpoint))];
}

function identityBlocks(
  router: Router,
  trustpoint: Trustpoint,
  verbose: boolean,
): readonly (readonly string[])[] {
  const { identity, encryption, rollover, name, isSelfSigned } = trustpoint;
  const shadow =
    rollover?.identity === undefined
      ? []
      : [
          certificateBlock(rollover.identity, {
            kind: 'rollover',
            ...manners(router),
            trustpoints: [name],
            verbose,
          }),
        ];
  const renewAt = router.renewals.dueAt(trustpoint);
  // Of usage keys the one to encrypt with comes first.
  const active = [encryption, identity].flatMap((stored) =>
    stored === undefined
      ? []
      : [
          certificateBlock(stored, {
            kind: isSelfSigned ? 'self-signed' : 'identity',
            ...manners(router),
            trustpoints: [name],
            verbose,
            ...(renewAt === undefined ? {} : { renewAt }),
          }),
        ],
  );
  return [...shadow, ...active];
}

function manners({ clock, personality: { listing } }: Router): Pick<BlockOptions, 'clock' | 'listing'> {
  return { clock, listing };
}

/** One certificate authority shown once, with every trustpoint that trusts it. */
function holders(router: Router, stored: StoredCertificate): readonly string[] {
  const same = (other: StoredCertificate | undefined): boolean =>
    other !== undefined && Buffer.from(other.certificate.der).equals(stored.certificate.der);
  return router.trustpoints.all
    .filter(({ ca, ras, rollover }) => same(ca) || same(rollover?.ca) || ras.some(same))
    .map(({ name }) => name);
}

function pendingLines(router: Router, trustpoint: Trustpoint): readonly string[] {
  const { name, request, encryptionRequest } = trustpoint;
  const isPair = namedKeys(router, trustpoint).length > 1;
  const pending = [
    { request, usage: isPair ? 'Signature' : 'General Purpose' },
    { request: encryptionRequest, usage: 'Encryption' },
  ];
  return pending.flatMap(({ request: asked, usage }) =>
    asked === undefined
      ? []
      : ['', ...pendingBlock({ ...asked.names, trustpoint: name, usage, request: asked.request }), ''],
  );
}

function showPem(call: Call): Outcome {
  return selected(call).flatMap(({ name, ca, identity, encryption, isSelfSigned }) => {
    // A self-signed certificate stands in both places.
    const issuer = isSelfSigned ? identity : ca;
    return [
      `------Trustpoint: ${name}------`,
      ...(issuer === undefined ? [] : [caHead(issuer), ...pemLines(issuer.certificate.der), '']),
      ...(identity === undefined
        ? [`% The specified trustpoint is not enrolled (${name}).`]
        : [
            `% ${encryption === undefined ? 'General Purpose' : 'Signature'} Certificate:`,
            ...pemLines(identity.certificate.der),
          ]),
      ...(encryption === undefined
        ? []
        : ['', '% Encryption Certificate:', ...pemLines(encryption.certificate.der)]),
      '',
    ];
  });
}

function caHead({ certificate: { issuer, subject } }: StoredCertificate): string {
  return Buffer.from(issuer).equals(subject) ? '% Self-signed CA certificate:' : '% CA certificate:';
}

function showTrustpoints(call: Call): Outcome {
  const asStatus = call.words.includes('status');
  return selected(call).flatMap((trustpoint) => [
    `Trustpoint ${trustpoint.name}:`,
    ...(asStatus ? statusLines(call.router, trustpoint) : summaryLines(trustpoint)),
    '',
    '',
  ]);
}

function summaryLines({ ca, identity, isSelfSigned, url }: Trustpoint): readonly string[] {
  const shown = isSelfSigned ? identity : ca;
  if (shown === undefined) return [];
  return [
    '    Subject Name:',
    ...nameParts(shown.certificate.subject).map((part) => `    ${part}`),
    `          Serial Number (hex): ${shown.certificate.serial}`,
    ...(isSelfSigned
      ? ['    Persistent self-signed certificate trust point', `    Using key label ${shown.keyLabel ?? ''}`]
      : ['    Certificate configured.']),
    ...(url === undefined ? [] : [`    SCEP URL: ${scepUrl(url)}`]),
  ];
}

function statusLines(router: Router, trustpoint: Trustpoint): readonly string[] {
  const { ca, identity, encryption, request, encryptionRequest, status } = trustpoint;
  const keys = namedKeys(router, trustpoint);
  const isAsked = [identity, encryption, request, encryptionRequest].some((part) => part !== undefined);
  return [
    ...(ca === undefined ? [] : holderLines('Issuing CA', ca)),
    ...(identity === undefined
      ? []
      : holderLines(`Router ${keys.length > 1 ? 'Signature' : 'General Purpose'}`, identity)),
    ...(encryption === undefined ? [] : holderLines('Router Encryption', encryption)),
    ...(status === undefined ? [] : [`  Last enrollment status: ${status}`]),
    '  State:',
    `    Keys generated ............. ${keyText(keys)}`,
    `    Issuing CA authenticated ....... ${ca === undefined ? 'No' : 'Yes'}`,
    `    Certificate request(s) ..... ${isAsked ? 'Yes' : 'None'}`,
  ];
}

/** What stands there for a pair of usage keys is not known from captures. */
function keyText([key, other]: readonly RouterKey[]): string {
  if (key === undefined) return 'No';
  const kind = other === undefined ? 'General Purpose' : 'Usage';
  return `Yes (${kind}, ${key.exportable ? '' : 'non-'}exportable)`;
}

function holderLines(what: string, { certificate }: StoredCertificate): readonly string[] {
  return [
    `  ${what} certificate configured:`,
    '    Subject Name:',
    `     ${nameParts(certificate.subject).join(',')}`,
    `    Fingerprint MD5: ${groupedHash('md5', certificate.der)}`,
    `    Fingerprint SHA1: ${groupedHash('sha1', certificate.der)}`,
  ];
}

function showTimers({ router, words }: Call): Outcome {
  const now = router.clock.now().getTime();
  const timers = router.trustpoints.all
    .flatMap((trustpoint) => {
      const due = router.renewals.dueAt(trustpoint);
      const shadow = router.rollovers.dueAt(trustpoint);
      const pollAt = (trustpoint.request ?? trustpoint.encryptionRequest)?.pollAt;
      return [
        ...(pollAt === undefined ? [] : [{ at: pollAt, what: `POLL ${trustpoint.name}` }]),
        ...(shadow === undefined ? [] : [{ at: shadow, what: `SHADOW ${trustpoint.name}` }]),
        ...(due === undefined ? [] : [{ at: due, what: `RENEW ${trustpoint.name}` }]),
      ];
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const line = (at: Date): string => {
    const stamp = at.toISOString().replace(/\.\d+Z/, 'Z');
    return `|${countdown(at.getTime() - now).padStart(16)} ${words.includes('detail') ? ` (${stamp})` : ''}`;
  };
  const [first] = timers;
  return [
    'PKI Timers',
    ...(first === undefined ? [] : [line(first.at).trimEnd()]),
    ...timers.map(({ at, what }) => `  ${line(at).trimEnd()} ${what}`),
  ];
}

/** `48.241`, `5:54:30.889`, `985d11:54:30.614`, `1283d 6:19:02.213` */
function countdown(milliseconds: number): string {
  const total = Math.max(0, milliseconds);
  const seconds = (total / 1000) % 60;
  const minutes = Math.floor(total / 60_000) % 60;
  const hours = Math.floor(total / 3_600_000) % 24;
  const days = Math.floor(total / 86_400_000);
  const tail = `${String(minutes).padStart(2, '0')}:${seconds.toFixed(3).padStart(6, '0')}`;
  if (days > 0) return `${days}d${String(hours).padStart(2)}:${tail}`;
  if (hours > 0) return `${hours}:${tail}`;
  return minutes > 0 ? `${minutes}:${seconds.toFixed(3).padStart(6, '0')}` : seconds.toFixed(3);
}
