import type { Device } from '../domain/device.ts';
import { InputError, type InputProblem } from '../domain/errors.ts';
import { globMatcher, isGlob } from './glob.ts';
import type { Inventory } from './load.ts';
import { someOf } from './problems.ts';
import { didYouMean, nearestFew } from './suggest.ts';

export interface Selection {
  /** Comma list of names, groups and patterns; `!` takes away, `&` keeps only: `br-00*,!br-0007`. */
  readonly limit?: string;
  /** Devices in any of these groups. */
  readonly groups?: readonly string[];
  /** Devices with any of these tags. */
  readonly tags?: readonly string[];
}

/**
 * The devices a run is about, in the inventory's order: limit, groups and tags must all agree. Throws InputError for a name
 * or pattern that matches nothing (a slip in `!br-07` must not let a device through) and when nothing is left.
 */
export function selectDevices(inventory: Inventory, selection: Selection): readonly Device[] {
  const { devices, file } = inventory;
  const selector = new Selector(devices, file);
  const limited = selection.limit === undefined ? undefined : selector.limit(selection.limit);
  const grouped = selector.anyOf('--group', 'group', selection.groups, ({ groups }) => groups);
  const tagged = selector.anyOf('--tag', 'tag', selection.tags, ({ tags }) => tags);
  const chosen = devices.filter(
    (device) =>
      limited?.has(device) !== false && grouped?.has(device) !== false && tagged?.has(device) !== false,
  );
  const problems = [...selector.problems];
  if (chosen.length === 0 && problems.length === 0) {
    problems.push(
      devices.length === 0
        ? { file, message: 'the inventory holds no device', hint: 'list some below devices:' }
        : {
            file,
            message: 'nothing is left of the selection',
            hint: '--limit, --group and --tag must all agree on a device',
          },
    );
  }
  if (problems.length > 0) throw new InputError(problems);
  return chosen;
}

class Selector {
  readonly problems: InputProblem[] = [];
  readonly #devices: readonly Device[];
  readonly #file: string;

  constructor(devices: readonly Device[], file: string) {
    this.#devices = devices;
    this.#file = file;
  }

  /** Ansible's order: first everything that is added, then what `&` keeps, then what `!` takes away. */
  limit(text: string): ReadonlySet<Device> {
    const patterns = text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
    if (patterns.length === 0) this.#tell('--limit', 'is empty');
    const named = (sign: string): Set<Device>[] =>
      patterns.filter((one) => one.startsWith(sign)).map((one) => this.#matching(one.slice(1)));
    const added = patterns.filter((one) => !/^[!&]/.test(one)).map((one) => this.#matching(one));
    const chosen = new Set(added.length === 0 ? this.#devices : added.flatMap((one) => [...one]));
    for (const kept of named('&')) for (const device of chosen) if (!kept.has(device)) chosen.delete(device);
    for (const taken of named('!')) for (const device of taken) chosen.delete(device);
    return chosen;
  }

  anyOf(
    option: string,
    noun: string,
    names: readonly string[] | undefined,
    wordsOf: (device: Device) => readonly string[],
  ): ReadonlySet<Device> | undefined {
    if (names === undefined || names.length === 0) return undefined;
    const known = new Set(this.#devices.flatMap(wordsOf));
    for (const name of names) {
      if (!known.has(name))
        this.#tell(
          option,
          `no device has the ${noun} ${name}`,
          didYouMean(name, known) ?? knownWords(noun, known),
        );
    }
    const wanted = new Set(names);
    return new Set(this.#devices.filter((device) => wordsOf(device).some((word) => wanted.has(word))));
  }

  #matching(pattern: string): Set<Device> {
    const matches = pattern === 'all' ? () => true : globMatcher(pattern);
    const found = this.#devices.filter(({ name, groups }) => matches(name) || groups.some(matches));
    if (found.length === 0)
      this.#tell('--limit', `no device and no group matches ${pattern}`, this.#near(pattern));
    return new Set(found);
  }

  #near(pattern: string): string | undefined {
    const known = new Set(this.#devices.flatMap(({ name, groups }) => [name, ...groups]));
    const near = nearestFew(isGlob(pattern) ? pattern.replace(/[*?[\]!]/g, '') : pattern, known, 3);
    if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
    return this.#devices.length === 0
      ? undefined
      : `devices: ${someOf(this.#devices.map(({ name }) => name))}`;
  }

  #tell(key: string, message: string, hint?: string): void {
    this.problems.push({ file: this.#file, key, message, ...(hint === undefined ? {} : { hint }) });
  }
}

function knownWords(noun: string, known: ReadonlySet<string>): string {
  return known.size === 0 ? `the inventory has no ${noun}s` : `known: ${someOf([...known].toSorted(), 8)}`;
}
