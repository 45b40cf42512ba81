import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Device } from '../domain/device.ts';
import { InputError } from '../domain/errors.ts';
import { type Preview, previewDevice } from '../enrollment/preview.ts';
import { plural } from '../report/outcomes.ts';
import { openTerminal } from '../report/terminal.ts';
import { makeFolder } from '../run/state/make-folder.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { previewText } from './foreseen-text.ts';
import { type Io, inFolder } from './io.ts';
import { requireInventoryKept } from './own-files.ts';
import { resultTarget } from './result-file.ts';
import { codeOf } from './run-folder.ts';
import { loadSelection } from './selection.ts';
import { redact } from './thrown.ts';

/** Raised when a field changes its meaning or goes. */
const RENDER_SCHEMA = 2;

export async function run({ options, io }: CommandContext): Promise<ExitCode> {
  const look = { env: io.env, redact, color: options.color };
  const target = options.json === undefined ? undefined : await resultTarget(options.json, io);
  const { inventory, devices, renderer } = await loadSelection(options, io, openTerminal(io.stderr, look));
  const out = options.out === undefined ? undefined : inFolder(io, options.out);
  if (out !== undefined) {
    const written = devices.map(({ name }) => ({ option: '--out', file: fileOf(out, name) }));
    await requireInventoryKept(inventory, written);
  }
  const previews = devices.map((device) => ({ device, preview: previewDevice(device, renderer) }));

  if (target !== undefined) {
    const shown = previews.map(({ device: { name, host }, preview }) => ({ device: name, host, ...preview }));
    const clean = (_key: string, value: unknown): unknown =>
      typeof value === 'string' ? redact(value) : value;
    await target.write(`${JSON.stringify({ schema: RENDER_SCHEMA, devices: shown }, clean, 2)}\n`);
  }
  if (out !== undefined) {
    await writeFiles(out, previews);
    openTerminal(io.stderr, look).write([`${plural(previews.length, 'file')} written into ${out}`]);
  }
  if (target === undefined && out === undefined) writeAll(previews, io);
  return 0;
}

interface Previewed {
  readonly device: Device;
  readonly preview: Preview;
}

/** Exactly as it would be typed: not folded, not wrapped, not colored. */
function writeAll(previews: readonly Previewed[], io: Io): void {
  for (const { device, preview } of previews) io.stdout.write(redact(`${previewText(device, preview)}\n`));
}

function fileOf(folder: string, device: string): string {
  return path.join(folder, `${device}.txt`);
}

async function writeFiles(folder: string, previews: readonly Previewed[]): Promise<void> {
  try {
    makeFolder(folder);
    for (const { device, preview } of previews) {
      await writeFile(fileOf(folder, device.name), redact(previewText(device, preview)));
    }
  } catch (error) {
    throw new InputError([{ file: folder, key: '--out', message: `cannot be written (${codeOf(error)})` }]);
  }
}
