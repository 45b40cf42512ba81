import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Reporter, RunEvent } from '../run/events.ts';
import type { Labels } from './labels.ts';
import { SavedLabels } from './saved-run-schema.ts';

const LABELS_FILE = 'labels.json';

/** Keeps what the inventory says of the devices in the run's folder, for reports that are made later. */
export function createLabelFile(folder: string, labels: Labels): Reporter {
  return {
    onEvent(event: RunEvent): void {
      if (event.type !== 'run-started') return;
      const text = `${JSON.stringify(Object.fromEntries(labels), null, 2)}\n`;
      writeFileSync(path.join(folder, LABELS_FILE), text, { mode: 0o600 });
    },
  };
}

/** Reports do without labels where there are none to be read. */
export async function readLabels(folder: string): Promise<Labels> {
  try {
    const text = await readFile(path.join(folder, LABELS_FILE), 'utf8');
    return new Map(Object.entries(SavedLabels.parse(JSON.parse(text))));
  } catch {
    return new Map();
  }
}
