import type { DeviceResult } from '../domain/result.ts';
import { cleanLine, wrap } from './columns.ts';
import type { Style } from './style.ts';

const MOST_NAMES = 3;

/** The notes of all devices, each text once with the devices it is about. */
export function drawNotes(devices: Iterable<DeviceResult>, width: number, style: Style): string[] {
  const about = new Map<string, { readonly names: string[]; count: number }>();
  for (const { device, outcome, notes, error } of devices) {
    if (outcome === 'skipped' && error !== undefined) continue; // not started: the totals say so
    for (const note of notes.map(cleanLine)) {
      const known = about.get(note) ?? { names: [], count: 0 };
      if (known.count < MOST_NAMES) known.names.push(cleanLine(device));
      known.count += 1;
      about.set(note, known);
    }
  }
  if (about.size === 0) return [];
  return [
    '',
    style.strong('Notes'),
    ...[...about].flatMap(([note, { names, count }]) => {
      const rest = count > MOST_NAMES ? ` and ${count - MOST_NAMES} more` : '';
      return wrap(`${names.join(', ')}${rest}: ${note}`, width, `${style.marks.note} `);
    }),
  ];
}
