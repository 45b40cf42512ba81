import { deepFreeze } from '../domain/deep-freeze.ts';
import type { ClockSettings, Device } from '../domain/device.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { ProfileMethod, ProfileStep } from '../domain/method.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { viewClock } from './clock-view.ts';

/**
 * What a template is drawn of: the values of the variables in TEMPLATE_VARIABLES, in two parts. An absent one is null,
 * so every name is known.
 */
export interface View {
  /** What is the device's own, where {@link allOf} has it too. */
  readonly own: object;
  /** Frozen at every depth; one and the same object for all devices that share these settings. */
  readonly clock?: ClockViews;
  readonly trustpoint?: TrustpointViews;
}

export interface DeviceView extends View {
  readonly own: Pick<Device, 'name' | 'host' | 'fqdn' | 'vars'>;
  readonly clock: ClockViews;
}

export interface ClockViews {
  readonly clock: object;
  readonly ntp: object;
  readonly problem?: string;
}

/** What a trustpoint's view is on every device. */
export interface TrustpointViews {
  readonly key: object;
  readonly trustpoint: object;
  readonly profile: object;
  readonly tftpHost: string | null;
}

/** All variables by their names. */
export function allOf({ own, clock: clocks, trustpoint: shared }: View): object {
  if (clocks === undefined) return { ...(own as NamesView['own']).vars, ...own };
  const { clock, ntp } = clocks;
  if (shared === undefined) return { ...own, clock, ntp };
  const { key, trustpoint, profile } = shared;
  const { trustpoint: names } = own as TrustpointView['own'];
  return { ...own, clock, ntp, key, trustpoint: { ...trustpoint, ...names }, profile };
}

/** What the small templates in an inventory are drawn of: the device's vars stand at the top as well. */
export interface NamesView extends View {
  readonly own: DeviceView['own'];
}

export function viewNames({ name, host, fqdn, vars }: Device): NamesView {
  return { own: { name, host, fqdn, vars } };
}

/** A device without its trustpoints; `problem` is what its clock settings cannot be said in. */
export function viewDevice({ name, host, fqdn, vars, clock }: Device): DeviceView {
  return { own: { name, host, fqdn, vars }, clock: clockOf(clock) };
}

const CLOCKS = new WeakMap<ClockSettings, ClockViews>();

/** Devices of an inventory share their frozen settings: what they have in common is viewed once. */
function clockOf(settings: ClockSettings): ClockViews {
  const known = CLOCKS.get(settings);
  if (known !== undefined) return known;
  const clock = viewClock(settings);
  const ntp = deepFreeze(viewNtp(settings));
  const views =
    'problem' in clock ? { clock, ntp, problem: clock.problem } : { clock: deepFreeze(clock), ntp };
  if (Object.isFrozen(settings)) CLOCKS.set(settings, views);
  return views;
}

function viewNtp({ ntp }: ClockSettings): object {
  return {
    source: ntp.sourceInterface ?? null,
    keys: ntp.keys.map(({ id, md5 }) => ({ id, md5 })),
    servers: ntp.servers.map(({ address, vrf, key, prefer }) => ({
      address,
      vrf: vrf ?? null,
      key: key ?? null,
      prefer,
    })),
  };
}

export interface TrustpointView extends DeviceView {
  readonly own: DeviceView['own'] & {
    readonly trustpoint: {
      readonly tftpFile: string | null;
      readonly fqdn: string | null;
      readonly subject: string | null;
    };
  };
  readonly trustpoint: TrustpointViews;
}

/** A device's view with one of its trustpoints; `subject` and `fqdn` are rendered already. */
export function viewTrustpoint(
  { own: { name, host, fqdn, vars }, clock }: DeviceView,
  trustpoint: Trustpoint,
  names: { readonly subject: string; readonly fqdn: string },
): TrustpointView {
  const shared = sharedOf(trustpoint);
  const { tftpHost } = shared;
  const own = {
    tftpFile: tftpHost === null ? null : tftpFile(name, trustpoint, tftpHost),
    fqdn: names.fqdn === 'none' ? null : names.fqdn,
    subject: names.subject === '' ? null : names.subject,
  };
  return { own: { name, host, fqdn, vars, trustpoint: own }, clock, trustpoint: shared };
}

const SHARED = new WeakMap<Trustpoint, TrustpointViews>();

function sharedOf(trustpoint: Trustpoint): TrustpointViews {
  const known = SHARED.get(trustpoint);
  if (known !== undefined) return known;
  const { method } = trustpoint;
  const views = {
    key: deepFreeze(viewKey(trustpoint)),
    trustpoint: deepFreeze(viewShared(trustpoint)),
    profile: method.kind === 'profile' ? deepFreeze(viewProfile(method)) : NO_PROFILE,
    tftpHost: method.kind === 'tftp' ? method.host : null,
  };
  if (Object.isFrozen(trustpoint)) SHARED.set(trustpoint, views);
  return views;
}

function viewKey({ key }: Trustpoint): object {
  return {
    curve: key.type === 'ec' ? key.size : null,
    label: key.label,
    size: key.size,
    exportable: key.exportable,
    usageKeys: key.type === 'rsa' && key.usageKeys,
    on: (key.type === 'rsa' ? key.on : undefined) ?? null,
    storage: (key.type === 'rsa' ? key.storage : undefined) ?? null,
  };
}

function viewShared(trustpoint: Trustpoint): object {
  const { authority, retry, autoEnroll, method } = trustpoint;
  return {
    name: trustpoint.name,
    url: method.kind === 'ca-only' && method.by === 'terminal' ? null : (authority.scep?.url ?? null),
    ra: authority.scep?.ra ?? false,
    parent: trustpoint.parent ?? null,
    pem: method.kind === 'terminal' && method.pem,
    profile: method.kind === 'profile' ? method.name : null,
    retryCount: retry?.count ?? null,
    retryPeriod: retry?.periodMinutes ?? null,
    serialNumber: trustpoint.serialNumber,
    ipAddress: trustpoint.ipAddress,
    fingerprint: classicPin(authority.fingerprints)?.hex ?? null,
    revocationCheck: [...trustpoint.revocationCheck],
    crlQuery: trustpoint.crlQuery ?? null,
    hash: trustpoint.hash ?? null,
    usage: [...(trustpoint.usage ?? [])],
    vrf: trustpoint.vrf ?? null,
    sourceInterface: trustpoint.sourceInterface ?? null,
    autoEnroll: autoEnroll !== undefined,
    autoEnrollPercent: autoEnroll?.percent ?? null,
    autoEnrollRegenerate: autoEnroll?.regenerate ?? false,
  };
}

/** What the router asks when a parameter is typed: trustfleet knows it again by its number. */
export function parameterQuestion(number: number): string {
  return `trustfleet parameter ${number}`;
}

function viewProfile({ name, authentication, enrollment, parameters, credential }: ProfileMethod): object {
  const urlOf = (step: ProfileStep): string | null => (step.kind === 'url' ? step.url : null);
  const commandOf = (step: ProfileStep): string | null =>
    step.kind === 'url' ? (step.command ?? null) : null;
  return {
    name,
    authenticationUrl: urlOf(authentication),
    authenticationCommand: commandOf(authentication),
    enrollmentUrl: urlOf(enrollment),
    enrollmentCommand: commandOf(enrollment),
    credential: credential ?? null,
    parameters: parameters.map(({ number, by, value }) => ({
      number,
      value: by === 'value' ? value : null,
      prompt: by === 'prompt' ? parameterQuestion(number) : null,
    })),
  };
}

const NO_PROFILE = deepFreeze({
  name: null,
  authenticationUrl: null,
  authenticationCommand: null,
  enrollmentUrl: null,
  enrollmentCommand: null,
  credential: null,
  parameters: [],
});

/** The router appends `.req`, `.crt` and `.ca` (IOS command reference, enrollment url). */
function tftpFile(device: string, { name }: Trustpoint, host: string): string {
  return `${host.includes(':') ? `[${host}]` : host}/${device}.${name}`;
}

/** The `fingerprint` command takes SHA1 or MD5 (IOS security command reference); the longer hash is the better one. */
function classicPin(pins: readonly Fingerprint[]): Fingerprint | undefined {
  return pins.find(({ hash }) => hash === 'SHA1') ?? pins.find(({ hash }) => hash === 'MD5');
}
