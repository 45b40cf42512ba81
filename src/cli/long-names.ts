import type { Device } from '../domain/device.ts';
import type { InputProblem } from '../domain/errors.ts';
import type { Inventory } from '../inventory/load.ts';
import { someOf } from '../inventory/problems.ts';
import { spellType } from '../pki/attribute-types.ts';
import { parseNameText } from '../pki/names.ts';
import type { Renderer } from '../template/render.ts';

/** The upper bounds of X.520 attributes, in characters (RFC 5280, appendix A.1). */
const LONGEST: Readonly<Record<string, number>> = { CN: 64, O: 64, OU: 64, L: 128, ST: 128 };

/**
 * Warns of subjects longer than X.509 allows: a CA may be lenient, most refuse the request or cut the name. The devices
 * must be renderable. One cause is told once for each trustpoint, with the devices it concerns.
 */
export function longNameWarnings(
  devices: readonly Device[],
  renderer: Pick<Renderer, 'subject'>,
  placeOf: Inventory['placeOf'],
): readonly InputProblem[] {
  const concerned = new Map<string, Map<string, string[]>>();
  for (const device of devices) {
    for (const trustpoint of device.trustpoints) {
      for (const type of tooLong(renderer.subject(device, trustpoint))) {
        const types = concerned.get(trustpoint.name) ?? new Map<string, string[]>();
        concerned.set(trustpoint.name, types);
        const names = types.get(type) ?? [];
        types.set(type, names);
        names.push(device.name);
      }
    }
  }
  return [...concerned].flatMap(([trustpoint, types]) =>
    [...types].map(([type, names]) => ({
      ...placeOf(['trustpoints', trustpoint, 'subject']),
      key: `trustpoints.${trustpoint}.subject`,
      message: `${type} has more than the ${LONGEST[type]} characters that X.509 allows (RFC 5280): ${someOf(names)}`,
      hint: 'shorten it, or be sure that the CA takes it',
    })),
  );
}

/** The attributes that exceed their bound, each once. */
function tooLong(subject: string): ReadonlySet<string> {
  const attributes = parseNameText(subject);
  if ('problem' in attributes) return new Set();
  const types = attributes
    .map(({ type, value }) => ({ type: spellType(type), length: value.length }))
    .filter(({ type, length }) => length > (LONGEST[type] ?? Number.POSITIVE_INFINITY));
  return new Set(types.map(({ type }) => type));
}
