import type { ConfigLine } from '../domain/config-line.ts';
import type { Device } from '../domain/device.ts';
import { InputError, type InputProblem } from '../domain/errors.ts';
import { generationOf } from '../domain/generation.ts';
import { makesKey } from '../domain/method.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { createBlocks } from './block.ts';
import { type BlockName, type RenderedBlock, trustpointBlock } from './blocks.ts';
import { loadTemplates } from './load.ts';
import { createNameTemplates, type Named, type PlaceOf } from './names.ts';
import { createSwitchTemplates, type SwitchNames } from './switch-lines.ts';
import { viewDevice, viewTrustpoint } from './view.ts';

export type { RenderedBlock } from './blocks.ts';

/** A device's configuration in blocks, in the order they are typed. */
export interface RenderedDevice {
  readonly device: Device;
  readonly blocks: readonly RenderedBlock[];
  /** The files and URLs of trustpoints with `method: pkcs12`, by name; absent where there are none. */
  readonly pkcs12?: ReadonlyMap<string, Pkcs12Names>;
}

export interface Pkcs12Names {
  /** Absolute path. */
  readonly file: string;
  readonly url?: string;
}

export interface Renderer {
  /** Throws an InputError with everything that is wrong, by template, line and variable. */
  render(device: Device): RenderedDevice;
  /** The subject asked for: the trustpoint's template with the device's values. Throws an InputError. */
  subject(device: Device, trustpoint: Trustpoint): string;
  /** The name asked for; `none` when the inventory says so or the name holds no dot. Throws an InputError. */
  fqdn(device: Device, trustpoint: Trustpoint): string;
  /** The file and the URL of a trustpoint with `method: pkcs12`; undefined where there is none. Throws an InputError. */
  pkcs12(device: Device, trustpoint: Trustpoint): Pkcs12Names | undefined;
  /** The lines that switch over from one generation to another; none where keys are not rolled. Throws an InputError. */
  switchLines(device: Device, trustpoint: Trustpoint, names: SwitchNames): readonly ConfigLine[];
}

export interface RendererOptions {
  /** A folder with templates of the operator's own. */
  readonly overrides?: string;
  readonly placeOf?: PlaceOf;
}

/**
 * Reads and compiles the templates once, for any number of devices. Templates in the folder `overrides` take the
 * place of those of the same name. `placeOf` tells where the inventory's keys stand, for errors about their values.
 * Throws an InputError with every problem found in any of them.
 */
export function createRenderer({ overrides, placeOf = SOMEWHERE }: RendererOptions = {}): Renderer {
  const renderBlock = createBlocks(loadTemplates(overrides, () => placeOf(['templates'])));
  const names = createNameTemplates(placeOf);
  const switchLines = createSwitchTemplates(placeOf);

  const render = (device: Device): RenderedDevice => {
    const problems: InputProblem[] = [];
    const view = viewDevice(device);
    const { problem } = view.clock;
    if (problem !== undefined) {
      const place = placeOf(['devices', device.name, 'clock']);
      throw new InputError([{ ...place, key: `devices.${device.name}.clock`, message: problem }]);
    }
    const tell = (found: readonly InputProblem[]): void => {
      for (const each of found) problems.push({ ...each, key: `devices.${device.name}` });
    };
    const blocks = [renderBlock('clock', view, undefined, tell), renderBlock('ntp', view, undefined, tell)];
    let pkcs12: Map<string, Pkcs12Names> | undefined;
    for (const trustpoint of device.trustpoints) {
      const subject = names.subject(device, trustpoint);
      const fqdn = names.fqdn(device, trustpoint);
      if ('problems' in subject) problems.push(...subject.problems);
      if ('problems' in fqdn) problems.push(...fqdn.problems);
      const sources = pkcs12Names(names, device, trustpoint);
      if (sources !== undefined) {
        const { file, url } = sources;
        if ('text' in file) {
          const at = url !== undefined && 'text' in url ? { url: url.text } : {};
          pkcs12 ??= new Map();
          pkcs12.set(trustpoint.name, { file: file.text, ...at });
        }
        for (const named of [file, url]) {
          if (named !== undefined && 'problems' in named) problems.push(...named.problems);
        }
      }
      if (trustpoint.revocationCheck.length === 0) problems.push(withoutMethod(device, trustpoint, placeOf));
      if (trustpoint.renew.roll !== undefined) {
        const next = generationOf(trustpoint, NEXT).name;
        const switching = switchLines(device, trustpoint, { from: trustpoint.name, to: next });
        if ('problems' in switching) problems.push(...switching.problems);
      }
      if (!('text' in subject && 'text' in fqdn)) continue;
      const shown = viewTrustpoint(view, trustpoint, { subject: subject.text, fqdn: fqdn.text });
      for (const name of blocksOf(trustpoint)) blocks.push(renderBlock(name, shown, trustpoint.name, tell));
    }
    if (problems.length > 0) throw new InputError(problems);
    return pkcs12 === undefined ? { device, blocks } : { device, blocks, pkcs12 };
  };

  return {
    render,
    subject: (device, trustpoint) => textOf(names.subject(device, trustpoint)),
    fqdn: (device, trustpoint) => textOf(names.fqdn(device, trustpoint)),
    pkcs12: (device, trustpoint) => {
      const named = pkcs12Names(names, device, trustpoint);
      if (named === undefined) return undefined;
      const { file, url } = named;
      return { file: textOf(file), ...(url === undefined ? {} : { url: textOf(url) }) };
    },
    switchLines: (device, trustpoint, between) => {
      const rendered = switchLines(device, trustpoint, between);
      if ('problems' in rendered) throw new InputError(rendered.problems);
      return rendered.lines;
    },
  };
}

function blocksOf({ method, https }: Trustpoint): readonly BlockName[] {
  const names: BlockName[] = makesKey(method) ? ['keypair'] : [];
  if (method.kind === 'profile') names.push('enrollment-profile');
  names.push(trustpointBlock(method.kind));
  if (https === true) names.push('https-server');
  return names;
}

function pkcs12Names(
  names: ReturnType<typeof createNameTemplates>,
  device: Device,
  trustpoint: Trustpoint,
): { readonly file: Named; readonly url?: Named } | undefined {
  const { method } = trustpoint;
  if (method.kind !== 'pkcs12') return undefined;
  const { file, by } = method;
  return {
    file: names.pkcs12(device, trustpoint, 'file', file),
    ...(by.kind === 'url' ? { url: names.pkcs12(device, trustpoint, 'url', by.url) } : {}),
  };
}

/** Any other generation will do to see whether the lines are right. */
const NEXT = 1_000;

const SOMEWHERE: PlaceOf = () => ({ file: 'inventory' });

/** `revocation-check` alone is an incomplete command. */
function withoutMethod(device: Device, { name }: Trustpoint, placeOf: PlaceOf): InputProblem {
  const key = `devices.${device.name}.trustpoints.${name}.revocationCheck`;
  const place = placeOf(['trustpoints', name, 'revocationCheck']);
  return { ...place, key, message: 'names no method', hint: 'write none to check nothing' };
}

function textOf(named: Named): string {
  if ('problems' in named) throw new InputError(named.problems);
  return named.text;
}
