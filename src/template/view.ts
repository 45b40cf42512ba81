import type { Device } from '../domain/device.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
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
}

/** A device's view with one of its trustpoints; `subject` and `fqdn` are rendered already. */
export function viewTrustpoint(
  device: DeviceView,
  trustpoint: Trustpoint,
  names: { readonly subject: string; readonly fqdn: string },
): TrustpointView {
  const { key, authority, retry, autoEnroll } = trustpoint;
  return {
    ...device,
    key: { label: key.label, size: key.size, exportable: key.exportable },
    trustpoint: {
      name: trustpoint.name,
      url: authority.scep.url,
      ra: authority.scep.ra,
      retryCount: retry?.count ?? null,
      retryPeriod: retry?.periodMinutes ?? null,
      serialNumber: trustpoint.serialNumber,
      fqdn: names.fqdn === 'none' ? null : names.fqdn,
      ipAddress: trustpoint.ipAddress,
      subject: names.subject,
      fingerprint: classicPin(authority.fingerprints)?.hex ?? null,
      revocationCheck: trustpoint.revocationCheck,
      hash: trustpoint.hash ?? null,
      usage: trustpoint.usage ?? [],
      vrf: trustpoint.vrf ?? null,
      sourceInterface: trustpoint.sourceInterface ?? null,
      autoEnrollPercent: autoEnroll?.percent ?? null,
      autoEnrollRegenerate: autoEnroll?.regenerate ?? false,
    },
  };
}

/** The `fingerprint` command takes SHA1 or MD5 (IOS security command reference); the longer hash is the better one. */
function classicPin(pins: readonly Fingerprint[]): Fingerprint | undefined {
  return pins.find(({ hash }) => hash === 'SHA1') ?? pins.find(({ hash }) => hash === 'MD5');
}
