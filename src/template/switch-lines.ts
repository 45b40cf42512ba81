import { type ConfigLine, maskedText } from '../domain/config-line.ts';
import type { Device } from '../domain/device.ts';
import type { InputProblem } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { type CompiledTemplate, compileTemplate } from './compile.ts';
import { cutLines } from './cut.ts';
import type { PlaceOf } from './names.ts';
import { SWITCH_SHAPE } from './variables.ts';
import { viewNames } from './view.ts';

/** From which trustpoint to which. */
export interface SwitchNames {
  readonly from: string;
  readonly to: string;
}

type SwitchLines = { readonly lines: readonly ConfigLine[] } | { readonly problems: readonly InputProblem[] };

/** Renders `renew.switch`: the lines that move what uses a trustpoint to another one. Each text is compiled once. */
export function createSwitchTemplates(
  placeOf: PlaceOf,
): (device: Device, trustpoint: Trustpoint, names: SwitchNames) => SwitchLines {
  const compiled = new Map<string, ReturnType<typeof compileTemplate>>();
  const compile = (text: string): ReturnType<typeof compileTemplate> => {
    const made =
      compiled.get(text) ??
      compileTemplate({ text, place: () => ({ file: 'inventory' }) }, SWITCH_SHAPE, () => undefined);
    compiled.set(text, made);
    return made;
  };
  return (device, trustpoint, names) => {
    const { name, rolledFrom = name, renew } = trustpoint;
    if (renew.roll === undefined) return { lines: [] };
    const key = `devices.${device.name}.trustpoints.${rolledFrom}.renew.switch`;
    const at = { ...placeOf(['trustpoints', rolledFrom, 'renew', 'switch']), key };
    const drawn = draw(compile(renew.roll.switchLines), device, names);
    return 'problems' in drawn
      ? { problems: drawn.problems.map((problem) => ({ ...problem, ...at })) }
      : drawn;
  };
}

function draw(
  compiled: CompiledTemplate | { readonly problems: readonly InputProblem[] },
  device: Device,
  { from, to }: SwitchNames,
): SwitchLines {
  if ('problems' in compiled) return compiled;
  const place = { file: 'inventory' };
  const drawing = compiled.draw({ own: { ...viewNames(device).own, old: from, new: to } });
  if (drawing.problems.length > 0) return { problems: drawing.problems };
  const { lines, problems } = cutLines(drawing, place);
  if (problems.length > 0) return { problems };
  const message = whyLines(lines.map(maskedText), to);
  return message === undefined ? { lines } : { problems: [{ ...place, message }] };
}

/** What can be read back from a running configuration, and undone by the same lines with the names exchanged. */
function whyLines(lines: readonly string[], to: string): string | undefined {
  if (lines[0]?.startsWith(' ')) return 'the first line has a leading blank: it would belong to no other';
  const asking = lines.find((line) => /^ *(?:no )?crypto (?:key|pki|ca)\b/.test(line));
  if (asking !== undefined) return `“${asking.trim()}” changes trustpoints or keys themselves`;
  const switching = lines.filter((line) => !/^ *no /.test(line) && line.split(/\s+/).includes(to));
  return switching.length === 0 ? 'no line sets {{new}} as a word of its own' : undefined;
}
