import type { Device, VarValue } from '../domain/device.ts';

/** What the inventory says of a device, for search and for columns: `group`, `tag`, and its plain vars such as `site`. */
export type DeviceLabels = Readonly<Record<string, string>>;

/** By the device's name. */
export type Labels = ReadonlyMap<string, DeviceLabels>;

/** Lists and maps among the vars are for templates and left out here. Secrets are taken out of the texts. */
export function labelsOf(devices: readonly Device[], redact: (text: string) => string): Labels {
  return new Map(
    devices.map(({ name, groups, tags, vars }) => {
      const plain = Object.entries(vars).flatMap(([key, value]) =>
        isPlain(value) ? [[key, String(value)]] : [],
      );
      const listed = [
        ['group', groups.join(' ')],
        ['tag', tags.join(' ')],
      ];
      const labels = [...plain, ...listed].filter(([, value]) => value !== '');
      return [redact(name), Object.fromEntries(labels.map(([key = '', value = '']) => [key, redact(value)]))];
    }),
  );
}

function isPlain(value: VarValue): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Every label that some device has, in the order in which they come up. */
export function labelNames(labels: Labels): readonly string[] {
  return [...new Set([...labels.values()].flatMap((each) => Object.keys(each)))];
}
