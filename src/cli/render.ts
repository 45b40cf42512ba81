import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Device } from '../domain/device.ts';
import { InputError } from '../domain/errors.ts';
import { previewDevice } from '../enrollment/preview.ts';
import { plural } from '../report/outcomes.ts';
import { openTerminal } from '../report/terminal.ts';
import { makeFolder } from '../run/state/make-folder.ts';
import type { Renderer } from '../template/render.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { previewText } from './foreseen-text.ts';
import { inFolder } from './io.ts';
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

  if (target !== undefined) await target.write(jsonPieces(devices, renderer));
  if (out !== undefined) {
    writeFiles(out, devices, renderer);
    openTerminal(io.stderr, look).write([`${plural(devices.length, 'file')} written into ${out}`]);
  }
  if (target === undefined && out === undefined) {
    for (const device of devices) io.stdout.write(textOf(device, renderer));
  }
  return 0;
}

/** One device at a time: the previews of a fleet together are larger than what shows them. */
function* jsonPieces(devices: readonly Device[], renderer: Renderer): Generator<string> {
  yield `{\n  "schema": ${RENDER_SCHEMA},\n  "devices": [`;
  let isFirst = true;
  for (const device of devices) {
    const shown = { device: device.name, host: device.host, ...previewDevice(device, renderer) };
    // No text of JSON has a line break of its own.
    const lines = JSON.stringify(shown, clean, 2).replaceAll('\n', '\n    ');
    yield `${isFirst ? '' : ','}\n    ${lines}`;
    isFirst = false;
  }
  yield '\n  ]\n}\n';
}

function clean(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? redact(value) : value;
}

/** Exactly as it would be typed: not folded, not wrapped, not colored. */
function textOf(device: Device, renderer: Renderer): string {
  return redact(`${previewText(device, previewDevice(device, renderer))}\n`);
}

function fileOf(folder: string, device: string): string {
  return path.join(folder, `${device}.txt`);
}

function writeFiles(folder: string, devices: readonly Device[], renderer: Renderer): void {
  reported(folder, () => makeFolder(folder));
  for (const device of devices) {
    const text = redact(previewText(device, previewDevice(device, renderer)));
    reported(folder, () => writeFileSync(fileOf(folder, device.name), text));
  }
}

/** Does what the file system may refuse. Throws InputError. */
function reported(folder: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new InputError([{ file: folder, key: '--out', message: `cannot be written (${codeOf(error)})` }]);
  }
}
