import type { Shape } from './shape.ts';

/** What a variable may be printed as. `word` holds no blank; `text` may; `free` is whatever the inventory put there. */
export type VariableKind = 'word' | 'text' | 'number' | 'flag' | 'secret' | 'group' | 'list' | 'free';

export interface TemplateVariable {
  /** `ntp.servers[].address`: inside `{{#each ntp.servers}}` it is written `address`. */
  readonly path: string;
  readonly kind: VariableKind;
  /** May be absent on a device: test it with `{{#if}}` before printing it. */
  readonly optional: boolean;
  /** `device` variables may be used in every template, `trustpoint` ones in keypair and trustpoint templates. */
  readonly scope: 'device' | 'trustpoint';
  readonly about: string;
}

/** Every variable a template may use. docs/templates.md lists the same ones. */
export const TEMPLATE_VARIABLES: readonly TemplateVariable[] = [
  device('name', 'text', 'the device’s name in the inventory'),
  device('host', 'text', 'the address or name trustfleet connects to'),
  device('fqdn', 'word', 'the host name with the domain'),
  device('vars', 'free', 'the device’s own `vars`, merged from defaults, groups and device'),

  device('clock', 'group', 'time zone and summer time'),
  device('clock.timezone', 'group', 'the time zone'),
  device('clock.timezone.name', 'word', 'the zone’s name, free text for the router: `CET`'),
  device('clock.timezone.hours', 'number', 'whole hours east of UTC, negative in the west: `-3`'),
  device('clock.timezone.minutes', 'number', 'the minutes beyond the hours, 0 to 59'),
  device('clock.summerTime', 'group?', 'summer time, where there is one'),
  device('clock.summerTime.name', 'word', 'the name of the zone in summer: `CEST`'),
  device('clock.summerTime.rule', 'text?', 'when it starts and ends: `last Sun Mar 2:00 last Sun Oct 3:00`'),
  device('clock.summerTime.offset', 'number?', 'minutes added in summer, when they are not 60'),

  device('ntp', 'group', 'where the router takes its time from'),
  device('ntp.source', 'word?', 'the source interface'),
  device('ntp.keys', 'list', 'the authentication keys'),
  device('ntp.keys[].id', 'number', 'the key’s number'),
  device('ntp.keys[].md5', 'secret', 'the key itself; shown as `<redacted>`'),
  device('ntp.servers', 'list', 'the servers'),
  device('ntp.servers[].address', 'word', 'address or name'),
  device('ntp.servers[].vrf', 'word?', 'the VRF it is reached through'),
  device('ntp.servers[].key', 'number?', 'the number of its key'),
  device('ntp.servers[].prefer', 'flag', 'preferred over the others'),

  trustpoint('key', 'group', 'the key pair of the trustpoint'),
  trustpoint('key.curve', 'number?', 'for a key on a curve: 256, 384 or 521; absent for RSA'),
  trustpoint('key.label', 'word', 'its label'),
  trustpoint('key.size', 'number', 'the length of its modulus, or of its curve, in bits'),
  trustpoint('key.exportable', 'flag', 'whether it may be exported'),
  trustpoint('key.usageKeys', 'flag', 'two pairs, one for signatures and one for encryption'),
  trustpoint('key.on', 'word?', 'the device that makes and keeps the keys: `usbtoken0:`'),
  trustpoint('key.storage', 'word?', 'the device on which they are kept: `usbtoken0:`'),

  trustpoint('trustpoint', 'group', 'the trustpoint'),
  trustpoint('trustpoint.name', 'word', 'its name'),
  trustpoint('trustpoint.url', 'word', 'the enrollment URL of its authority, where that speaks SCEP'),
  trustpoint('trustpoint.pem', 'flag', 'cut and paste with BEGIN and END lines'),
  trustpoint('trustpoint.tftpFile', 'word', 'host and name of the TFTP server’s files, where there is one'),
  trustpoint('trustpoint.profile', 'word', 'the name of its enrollment profile, where it has one'),
  trustpoint('trustpoint.parent', 'word?', 'the trustpoint of the CA above its own'),
  trustpoint('trustpoint.ra', 'flag', 'the CA answers through a registration authority, as NDES does'),
  trustpoint('trustpoint.retryCount', 'number?', 'how often the router asks again for a pending certificate'),
  trustpoint('trustpoint.retryPeriod', 'number?', 'minutes between two of these polls'),
  trustpoint('trustpoint.serialNumber', 'flag', 'the router’s serial number goes into the subject'),
  trustpoint(
    'trustpoint.fqdn',
    'word?',
    'the name for the request; absent when it is `none` or holds no dot',
  ),
  trustpoint('trustpoint.ipAddress', 'word', 'an address, an interface or `none`'),
  trustpoint(
    'trustpoint.subject',
    'text',
    'the subject, with the device’s values put in; there where a request is made',
  ),
  trustpoint(
    'trustpoint.fingerprint',
    'word?',
    'the pinned SHA1, else MD5 fingerprint of the CA, upper-case hex; absent when only SHA256 is pinned, which the command does not take',
  ),
  trustpoint('trustpoint.revocationCheck', 'list', 'the methods, in the order they are tried'),
  trustpoint('trustpoint.revocationCheck[]', 'word', '`crl`, `ocsp` or `none`, written `this`'),
  trustpoint('trustpoint.crlQuery', 'word?', 'the LDAP URL asked for lists of revoked certificates'),
  trustpoint('trustpoint.hash', 'word?', 'the hash of the request'),
  trustpoint(
    'trustpoint.usage',
    'list',
    'what the certificate is for; empty when the inventory does not say',
  ),
  trustpoint('trustpoint.usage[]', 'word', '`ike`, `ssl-client` or `ssl-server`, written `this`'),
  trustpoint('trustpoint.vrf', 'word?', 'the VRF the CA is reached through'),
  trustpoint('trustpoint.sourceInterface', 'word?', 'the interface requests leave from'),
  trustpoint('trustpoint.autoEnroll', 'flag', 'the router renews by itself'),
  trustpoint(
    'trustpoint.autoEnrollPercent',
    'number?',
    'after this much of the life; at its end when absent',
  ),
  trustpoint('trustpoint.autoEnrollRegenerate', 'flag', 'with a new key pair'),

  trustpoint('profile', 'group', 'the enrollment profile, where the trustpoint has one'),
  trustpoint('profile.name', 'word', 'its name'),
  trustpoint('profile.authenticationUrl', 'word?', 'where the CA certificate is; absent: it is pasted'),
  trustpoint('profile.authenticationCommand', 'text?', 'the HTTP request for it'),
  trustpoint('profile.enrollmentUrl', 'word?', 'where requests go; absent: they are cut and pasted'),
  trustpoint('profile.enrollmentCommand', 'text?', 'the HTTP request with the certificate request'),
  trustpoint('profile.credential', 'word?', 'the trustpoint whose certificate stands in for a challenge'),
  trustpoint('profile.parameters', 'list', 'what the commands call `$P1` to `$P8`'),
  trustpoint('profile.parameters[].number', 'number', 'its number'),
  trustpoint('profile.parameters[].value', 'text?', 'its value'),
  trustpoint('profile.parameters[].prompt', 'text?', 'what the router asks for when it is typed'),
];

/** What is another thing on each device, however much it shares with others; all else hangs on shared settings (view.ts). */
const OWN: ReadonlySet<string> = new Set([
  'name',
  'host',
  'fqdn',
  'vars',
  'trustpoint.tftpFile',
  'trustpoint.fqdn',
  'trustpoint.subject',
]);

/** What the small templates `subject` and `fqdn` of a trustpoint may use; the device's vars stand at the top as well. */
export const NAME_TEMPLATE_SHAPE: Shape = {
  kind: 'group',
  optional: false,
  open: true,
  fields: new Map(
    ['name', 'host', 'fqdn', 'vars'].map((name) => [
      name,
      { kind: name === 'vars' ? 'free' : 'text', optional: false, own: true },
    ]),
  ),
};

/** What the lines of `renew.switch` may use: the same, and the names of two trustpoints. */
export const SWITCH_SHAPE: Shape = {
  ...NAME_TEMPLATE_SHAPE,
  fields: new Map([
    ...(NAME_TEMPLATE_SHAPE.fields ?? []),
    ['old', { kind: 'word', optional: false, own: true }],
    ['new', { kind: 'word', optional: false, own: true }],
  ]),
};

/** The variables of one scope as a tree. `trustpoint` includes those of `device`. */
export function shapeOf(scope: 'device' | 'trustpoint'): Shape {
  const root: MutableShape = { kind: 'group', optional: false, fields: new Map() };
  for (const variable of TEMPLATE_VARIABLES) {
    if (scope === 'trustpoint' || variable.scope === 'device') place(root, variable);
  }
  return root;
}

interface MutableShape extends Shape {
  fields?: Map<string, MutableShape>;
  item?: MutableShape;
}

function place(root: MutableShape, { path, kind, optional }: TemplateVariable): void {
  const steps = path.replaceAll('[]', '.[]').split('.');
  let at = root;
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const own = OWN.has(path) ? { own: true } : {};
    const made: MutableShape = isLast ? { kind, optional, ...own } : { kind: 'group', optional: false };
    if (step === '[]') {
      at.item ??= made;
      at = at.item;
    } else {
      at.fields ??= new Map();
      const field = at.fields.get(step) ?? made;
      at.fields.set(step, field);
      at = field;
    }
  }
}

type Notation = VariableKind | `${VariableKind}?`;

function device(path: string, notation: Notation, about: string): TemplateVariable {
  return variable('device', path, notation, about);
}

function trustpoint(path: string, notation: Notation, about: string): TemplateVariable {
  return variable('trustpoint', path, notation, about);
}

function variable(
  scope: TemplateVariable['scope'],
  path: string,
  notation: Notation,
  about: string,
): TemplateVariable {
  const optional = notation.endsWith('?');
  return { scope, path, kind: notation.replace('?', '') as VariableKind, optional, about };
}
