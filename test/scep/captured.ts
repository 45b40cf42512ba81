import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A message that a real router or CA made; see vectors/README.md. */
export function captured(name: string): Uint8Array {
  return new Uint8Array(Buffer.from(capturedText(name), 'base64'));
}

export function capturedText(name: string): string {
  return readFileSync(path.join(import.meta.dirname, 'vectors', name), 'utf8').trim();
}
