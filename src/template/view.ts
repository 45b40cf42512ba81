import type { Device } from '../domain/device.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { ProfileMethod, ProfileStep, TftpMethod } from '../domain/method.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { viewClock } from './clock-view.ts';

/** The values of the variables in TEMPLATE_VARIABLES for one device. An absent one is null, so every name is known. */
export interface DeviceView {
  readonly name: string;
  readonly host: string;
  readonly fqdn: string;
  readonly vars: Device['vars'];
  readonly clock: object;
  readonly ntp: object;
}

/** What a device's clock settings cannot be said in, beside the view. */
export function viewDevice(device: Device): { readonly view: DeviceView; readonly problem?: string } {
  const clock = viewClock(device.clock);
  const { ntp } = device.clock;
  const view = {
    name: device.name,
    host: device.host,
    fqdn: device.fqdn,
    vars: device.vars,
    clock,
    ntp: {
      source: ntp.sourceInterface ?? null,
      keys: ntp.keys.map(({ id, md5 }) => ({ id, md5 })),
      servers: ntp.servers.map(({ address, vrf, key, prefer }) => ({
        address,
        vrf: vrf ?? null,
        key: key ?? null,
        prefer,
      })),
    },
  };
  return 'problem' in clock ? { view, problem: clock.problem } : { view };
}

export interface TrustpointView extends DeviceView {
  readonly key: object;
  readonly trustpoint: object;
  readonly profile: object;
}

/** A device's view with one of its trustpoints; `subject` and `fqdn` are rendered already. */
export function viewTrustpoint(
  device: DeviceView,
  trustpoint: Trustpoint,
  names: { readonly subject: string; readonly fqdn: string },
): TrustpointView {
  const { key, authority, retry, autoEnroll, method } = trustpoint;
  return {
    ...device,
    key: {
      curve: key.type === 'ec' ? key.size : null,
      label: key.label,
      size: key.size,
      exportable: key.exportable,
      usageKeys: key.type === 'rsa' && key.usageKeys,
      on: (key.type === 'rsa' ? key.on : undefined) ?? null,
      storage: (key.type === 'rsa' ? key.storage : undefined) ?? null,
    },
    trustpoint: {
      name: trustpoint.name,
      url: method.kind === 'ca-only' && method.by === 'terminal' ? null : (authority.scep?.url ?? null),
      ra: authority.scep?.ra ?? false,
      parent: trustpoint.parent ?? null,
      pem: method.kind === 'terminal' && method.pem,
      tftpFile: method.kind === 'tftp' ? tftpFile(device, trustpoint, method) : null,
      profile: method.kind === 'profile' ? method.name : null,
      retryCount: retry?.count ?? null,
      retryPeriod: retry?.periodMinutes ?? null,
      serialNumber: trustpoint.serialNumber,
      fqdn: names.fqdn === 'none' ? null : names.fqdn,
      ipAddress: trustpoint.ipAddress,
      subject: names.subject === '' ? null : names.subject,
      fingerprint: classicPin(authority.fingerprints)?.hex ?? null,
      revocationCheck: trustpoint.revocationCheck,
      crlQuery: trustpoint.crlQuery ?? null,
      hash: trustpoint.hash ?? null,
      usage: trustpoint.usage ?? [],
      vrf: trustpoint.vrf ?? null,
      sourceInterface: trustpoint.sourceInterface ?? null,
      autoEnroll: autoEnroll !== undefined,
      autoEnrollPercent: autoEnroll?.percent ?? null,
      autoEnrollRegenerate: autoEnroll?.regenerate ?? false,
    },
    profile: method.kind === 'profile' ? viewProfile(method) : NO_PROFILE,
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

const NO_PROFILE = {
  name: null,
  authenticationUrl: null,
  authenticationCommand: null,
  enrollmentUrl: null,
  enrollmentCommand: null,
  credential: null,
  parameters: [],
};

/** The router appends `.req`, `.crt` and `.ca` (IOS command reference, enrollment url). */
function tftpFile({ name }: DeviceView, trustpoint: Trustpoint, { host }: TftpMethod): string {
  return `${host.includes(':') ? `[${host}]` : host}/${name}.${trustpoint.name}`;
}

/** The `fingerprint` command takes SHA1 or MD5 (IOS security command reference); the longer hash is the better one. */
function classicPin(pins: readonly Fingerprint[]): Fingerprint | undefined {
  return pins.find(({ hash }) => hash === 'SHA1') ?? pins.find(({ hash }) => hash === 'MD5');
}
