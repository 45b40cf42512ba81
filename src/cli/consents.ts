import { CONSENTS, type Consent } from '../domain/consent.ts';
import type { Device } from '../domain/device.ts';
import { InputError } from '../domain/errors.ts';
import type { OptionName, OptionValues } from './options.ts';

/** The option that gives each consent. */
export const CONSENT_OPTIONS = {
  'replace-ca': 'replaceCa',
  'adopt-trustpoint': 'adoptTrustpoint',
  'share-key': 'shareKey',
  'replace-selfsigned': 'replaceSelfsigned',
  reissue: 'reissue',
  retire: 'retire',
} as const satisfies Readonly<Record<Consent, OptionName>>;

/**
 * What the operator allowed, by device. Every name must be that of a device of this run: a pattern or a slip must not
 * become a yes. Throws InputError.
 */
export function consentsOf(
  options: OptionValues,
  devices: readonly Device[],
): (device: string) => ReadonlySet<Consent> {
  const names = new Set(devices.map(({ name }) => name));
  const forgotten = (options.forgetChallenge ?? []).map((device) => ({
    consent: 'forget-challenge',
    device,
  }));
  const given = (Object.keys(CONSENTS) as Consent[]).flatMap((consent) => {
    const value = options[CONSENT_OPTIONS[consent]];
    return Array.isArray(value) ? value.map((device: string) => ({ consent, device })) : [];
  });
  const unknown = [...given, ...forgotten].filter(({ device }) => !names.has(device));
  if (unknown.length > 0) {
    throw new InputError(
      unknown.map(({ consent, device }) => ({
        file: 'command line',
        key: `--${consent}`,
        message: `"${device}" is no device of this run`,
        hint: 'give the exact name of a device; patterns and groups are not taken here',
      })),
    );
  }
  return (name) => new Set(given.filter(({ device }) => device === name).map(({ consent }) => consent));
}
