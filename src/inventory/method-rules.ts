// What a way to get a certificate cannot do, with the reason. Takes the file as it stands, sound or not.
import { isPlainMap, type Plain } from './merge.ts';
import type { Path } from './place.ts';
import { type TreeProblems, withHint } from './problems.ts';
import { methodKind } from './schema-method.ts';

/** Settings that a method has no use for, by their keys with dots, and why. */
const NO_ROUTER_ASKS = 'the router does not ask the CA by itself';
const REFUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  terminal: {
    autoEnroll: `${NO_ROUTER_ASKS}: somebody has to cut and paste`,
    retry: NO_ROUTER_ASKS,
  },
  tftp: {
    autoEnroll: `${NO_ROUTER_ASKS}: it only writes and reads files`,
    retry: NO_ROUTER_ASKS,
  },
  pkcs12: {
    autoEnroll: 'the key pair and the certificate are made elsewhere',
    retry: 'nothing is asked for',
    parent: 'the chain comes with the file',
  },
  selfsigned: {
    authority: 'the router signs its own certificate',
    autoEnroll: 'there is no CA to ask',
    retry: 'there is no CA to ask',
    parent: 'nobody stands above its own signature',
  },
  'ca-only': {
    autoEnroll: 'there is no certificate of the router’s own',
    retry: 'no request is made',
    key: 'there is no key pair',
    subject: 'no request is made',
    usage: 'there is no certificate of the router’s own',
  },
};

/** Which `renew.keys` each can do; the others can do all. */
const RENEW_KEYS: Readonly<Record<string, readonly string[]>> = {
  terminal: ['same'],
  tftp: ['same'],
  profile: ['same', 'regenerate'],
  pkcs12: ['same'],
  selfsigned: ['same'],
  'ca-only': ['same'],
};

/** The same for editors: for each method what must not stand beside it. */
export function methodSchemas(): readonly object[] {
  return Object.entries(REFUSED).map(([kind, settings]) => ({
    if: {
      not: {
        properties: { method: { anyOf: [{ const: kind }, { type: 'object', required: [kind] }] } },
        required: ['method'],
      },
    },
    else: {
      properties: {
        ...Object.fromEntries(Object.keys(settings).map((key) => [key, false])),
        renew: { properties: { keys: { enum: RENEW_KEYS[kind] } } },
        ...(REFUSED_KEYS[kind] === undefined ? {} : { key: { properties: schemaOf(REFUSED_KEYS[kind]) } }),
      },
    },
  }));
}

/** What of a key pair has no meaning, for it is imported, or signs its own certificate. */
const REFUSED_KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pkcs12: {
    label: 'an imported key pair is called like its trustpoint',
    usageKeys: 'a file holds one key pair',
    exportable: 'the file says it',
    on: 'the key pair is made elsewhere',
    storage: 'the key pair is kept where the router imports it',
  },
  selfsigned: { usageKeys: 'the router signs one certificate' },
};

/** A flag may be said to be off. */
function schemaOf(refused: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const flags = ['usageKeys', 'exportable'];
  return Object.fromEntries(
    Object.keys(refused).map((key) => [key, flags.includes(key) ? { const: false } : false]),
  );
}

const MAKES_REQUEST: ReadonlySet<string> = new Set(['scep', 'terminal', 'tftp', 'profile']);

/** Reports what trustpoints want of methods that cannot do it, and what their authorities lack for them. */
export function checkMethods(root: Plain, problems: TreeProblems): void {
  const trustpoints = mapOf(root.trustpoints);
  const authorities = mapOf(root.authorities);
  for (const [name, trustpoint] of Object.entries(trustpoints)) {
    if (!isPlainMap(trustpoint)) continue;
    const kind = methodKind(trustpoint.method);
    if (kind === undefined) continue;
    const path = ['trustpoints', name];
    checkSettings(kind, trustpoint, path, problems);
    if (kind === 'profile') checkProfile(trustpoint, path, problems);
    const authority = authorities[String(trustpoint.authority)];
    if (isPlainMap(authority)) checkAuthority(kind, trustpoint, authority, path, problems);
  }
}

function checkSettings(kind: string, trustpoint: Plain, path: Path, problems: TreeProblems): void {
  for (const [key, why] of Object.entries(REFUSED[kind] ?? {})) {
    if (trustpoint[key] !== undefined) problems.atKey([...path, key], `does not go with ${kind}: ${why}`);
  }
  const keys = mapOf(trustpoint.renew).keys;
  const possible = RENEW_KEYS[kind];
  if (typeof keys === 'string' && possible !== undefined && !possible.includes(keys)) {
    const why = withHint(`does not go with ${kind}`, `possible: ${possible.join(', ')}`);
    problems.atValue([...path, 'renew', 'keys'], why);
  }
  for (const [key, why] of Object.entries(REFUSED_KEYS[kind] ?? {})) {
    const value = mapOf(trustpoint.key)[key];
    if (value !== undefined && value !== false)
      problems.atKey([...path, 'key', key], `does not go with ${kind}: ${why}`);
  }
  if (kind !== 'selfsigned' && trustpoint.authority === undefined) {
    problems.atValue(
      [...path, 'authority'],
      withHint('is missing', 'name the one that issues the certificate'),
    );
  }
  if (MAKES_REQUEST.has(kind) && trustpoint.subject === undefined) {
    problems.atValue(
      [...path, 'subject'],
      withHint('is missing', 'write subject: "CN={{fqdn}},OU=Branches"'),
    );
  }
}

/** What a profile by cut and paste cannot do, and one that sends requests by itself has no use for. */
function checkProfile({ method, ...trustpoint }: Plain, path: Path, problems: TreeProblems): void {
  const { enrollment, submit, credential } = mapOf(mapOf(method).profile);
  const at = [...path, 'method', 'profile'];
  if (enrollment !== 'terminal') {
    const why = 'does not go with an enrollment URL: the router asks the CA by itself';
    if (submit !== undefined) problems.atKey([...at, 'submit'], why);
    return;
  }
  if (credential !== undefined) {
    const why = 'does not go with enrollment: terminal: what is pasted is signed by nobody else';
    problems.atKey([...at, 'credential'], why);
  }
  for (const [key, why] of Object.entries(REFUSED.terminal ?? {})) {
    if (trustpoint[key] !== undefined)
      problems.atKey([...path, key], `does not go with a profile’s enrollment: terminal: ${why}`);
  }
  if (mapOf(trustpoint.renew).keys === 'regenerate') {
    const why = withHint('does not go with a profile’s enrollment: terminal', 'possible: same');
    problems.atValue([...path, 'renew', 'keys'], why);
  }
}

/** What the authority has to have, so that its certificate and its answer reach the router. */
function checkAuthority(
  kind: string,
  { method, authority: name, key }: Plain,
  authority: Plain,
  path: Path,
  problems: TreeProblems,
): void {
  const settings = isPlainMap(method) ? mapOf(method[kind]) : {};
  const at = [...path, 'authority'];
  const submits =
    kind === 'terminal' || kind === 'tftp' || (kind === 'profile' && settings.enrollment === 'terminal');
  const isByScep =
    kind === 'scep' ||
    (submits && (settings.submit ?? 'scep') === 'scep') ||
    (kind === 'ca-only' && (settings.by ?? (authority.certificate === undefined ? 'scep' : '')) === 'scep');
  if (isByScep && authority.scep === undefined) {
    problems.atValue(at, withHint(`${String(name)} speaks no SCEP`, 'give it scep: { url: … }'));
  }
  if (isByScep && mapOf(key).usageKeys === true) checkTwoRequests(String(name), authority, path, problems);
  const isPasted =
    (submits && isPlainMap(settings.submit)) ||
    (kind === 'ca-only' && settings.by === 'terminal') ||
    (kind === 'profile' && settings.authentication === 'terminal');
  if (isPasted && authority.certificate === undefined) {
    const hint = 'give it certificate: <file>; it is compared with the pin before it is pasted';
    problems.atValue(at, withHint(`there is no certificate of ${String(name)} to hand to routers`, hint));
  }
}

/** With usage keys a router asks for one password, and sends two requests with it. */
function checkTwoRequests(name: string, { challenge }: Plain, path: Path, problems: TreeProblems): void {
  const { ndes, 'ios-cs': server } = mapOf(challenge);
  const isOnce = server !== undefined || (isPlainMap(ndes) && ndes.singlePassword !== true);
  if (!isOnce) return;
  const hint =
    server === undefined
      ? 'use one key pair for both, a service with UseSinglePassword (singlePassword: true beside its url), or a static challenge'
      : 'use one key pair for both, or grant: { ios-cs: … } in place of the challenge';
  problems.atKey(
    [...path, 'key', 'usageKeys'],
    withHint(
      `does not go with the one-time passwords of ${name}: a router puts one password into both requests, and the second one would be refused`,
      hint,
    ),
  );
}

/** The trustpoints that one device has: who stands above whom, and of what there is only one. */
export function checkTogether(names: readonly string[], trustpoints: unknown, problems: TreeProblems): void {
  const known = mapOf(trustpoints);
  const kindOf = (name: string): string | undefined => {
    const trustpoint = known[name];
    return isPlainMap(trustpoint) ? methodKind(trustpoint.method) : undefined;
  };
  const [first, second] = names.filter((name) => kindOf(name) === 'selfsigned');
  if (second !== undefined) {
    const message = `a router keeps one self-signed certificate, and ${first} stands on the same devices`;
    problems.atValue(['trustpoints', second, 'method'], message);
  }
  for (const name of names) {
    const trustpoint = mapOf(known[name]);
    const { parent } = trustpoint;
    if (typeof parent === 'string') checkParent(name, parent, names, known, problems);
    const { credential } = mapOf(mapOf(trustpoint.method).profile);
    if (credential === name) {
      const message = 'is the trustpoint itself, which holds no certificate before it is enrolled';
      problems.atValue(['trustpoints', name, 'method', 'profile', 'credential'], message);
    } else if (typeof credential === 'string' && !names.includes(credential)) {
      const message = `${credential} is not among the trustpoints of a device that has ${name}`;
      problems.atValue(['trustpoints', name, 'method', 'profile', 'credential'], message);
    }
  }
}

function checkParent(
  name: string,
  parent: string,
  names: readonly string[],
  known: Plain,
  problems: TreeProblems,
): void {
  const path = ['trustpoints', name, 'parent'];
  if (!names.includes(parent)) {
    const hint = `list ${parent} beside ${name}; method: ca-only if the router needs no certificate of it`;
    problems.atValue(
      path,
      withHint(`${parent} is not among the trustpoints of a device that has ${name}`, hint),
    );
    return;
  }
  const seen = new Set([name]);
  for (let above: unknown = parent; typeof above === 'string'; above = mapOf(known[above]).parent) {
    if (seen.has(above)) {
      problems.atValue(path, `goes round in a circle: ${[...seen, above].join(' below ')}`);
      return;
    }
    seen.add(above);
  }
}

function mapOf(value: unknown): Plain {
  return isPlainMap(value) ? value : {};
}
