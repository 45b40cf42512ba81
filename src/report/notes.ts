import type { DeviceResult } from '../domain/result.ts';
import { cleanLine, wrap } from './columns.ts';
import type { Style } from './style.ts';

const MOST_NAMES = 3;

/** The notes of all devices, each text once with the devices it is about. */
export function drawNotes(devices: readonly DeviceResult[], width: number, style: Style): string[] {
  const about = new Map<string, string[]>();
  for (const { device, outcome, notes, error } of devices) {
    if (outcome === 'skipped' && error !== undefined) continue; // not started: the totals say so
    for (const note of notes.map(cleanLine)) {
      const names = about.get(note) ?? [];
      names.push(cleanLine(device));
      about.set(note, names);
    }
  }
  if (about.size === 0) return [];
  return [
    '',
    style.strong('Notes'),
    ...[...about].flatMap(([note, names]) => {
      const rest = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
      return wrap(`${names.slice(0, MOST_NAMES).join(', ')}${rest}: ${note}`, width, `${style.marks.note} `);
    }),
  ];
}
