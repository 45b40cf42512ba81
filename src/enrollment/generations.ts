import { type ConfigLine, maskedText } from '../domain/config-line.ts';
import type { Device } from '../domain/device.ts';
import { generationNumber, generationOf } from '../domain/generation.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { type PlacedLine, placeLines } from '../ios/show/running-lines.ts';
import type { Renderer } from '../template/render.ts';
import { type Observation, viewTrustpoint } from './observation.ts';

/** How a device stands whose keys are rolled: which generation of each trustpoint is in use, and which others are there. */
export interface Generations {
  /** The device with the generation in force in the place of each trustpoint of the inventory. */
  readonly device: Device;
  /** By the name of the one in force. */
  readonly rolling: ReadonlyMap<string, Rolling>;
}

export interface Rolling {
  readonly inForce: Trustpoint;
  /** What comes after it: there already where a roll was begun. */
  readonly next: Trustpoint;
  readonly isBegun: boolean;
  /** Those from before of which the trustpoint or the key pair is still on the router, oldest first. */
  readonly old: readonly Trustpoint[];
}

/** Whether the whole running configuration has to be read for a device. */
export function rollsKeys({ trustpoints }: Pick<Device, 'trustpoints'>): boolean {
  return trustpoints.some(({ renew }) => renew.keys === 'roll');
}

/**
 * Finds the generations in force: the newest one that the running configuration uses as `renew.switch` would have it
 * used, with nothing of an older one left that it takes away; the oldest one that is there while none is used so. Pure.
 */
export function generationsOf(
  device: Device,
  observation: Observation,
  renderer: Pick<Renderer, 'switchLines'>,
): Generations {
  const rolling = new Map<string, Rolling>();
  const trustpoints = device.trustpoints.map((trustpoint) => {
    if (trustpoint.renew.keys !== 'roll') return trustpoint;
    const found = rollingOf(device, trustpoint, observation, renderer);
    rolling.set(found.inForce.name, found);
    return found.inForce;
  });
  return rolling.size === 0 ? { device, rolling } : { device: { ...device, trustpoints }, rolling };
}

function rollingOf(
  device: Device,
  trustpoint: Trustpoint,
  { running, keypairs, lines = [] }: Observation,
  renderer: Pick<Renderer, 'switchLines'>,
): Rolling {
  const present = running.trustpoints
    .map(({ name }) => generationNumber(trustpoint, name))
    .filter((number) => number !== undefined)
    .toSorted((a, b) => a - b);
  const isUsed = (number: number): boolean => {
    const { name } = generationOf(trustpoint, number);
    const linesFrom = (from: string): readonly ConfigLine[] =>
      renderer.switchLines(device, trustpoint, { from, to: name });
    const older = present.filter((each) => each < number).map((each) => generationOf(trustpoint, each).name);
    return (
      missingLines(linesFrom(trustpoint.name), lines).length === 0 &&
      // A switch that was cut off in the middle leaves both: it is to be finished.
      older.every((from) => remainingLines(linesFrom(from), lines).length === 0)
    );
  };
  const inForce = present.findLast(isUsed) ?? present[0] ?? 1;
  const begun = present.filter((number) => number > inForce).at(-1);
  return {
    inForce: generationOf(trustpoint, inForce),
    next: generationOf(trustpoint, begun ?? inForce + 1),
    isBegun: begun !== undefined,
    old: Array.from({ length: inForce - 1 }, (_, index) => generationOf(trustpoint, index + 1)).filter(
      ({ name, key }) =>
        running.trustpoints.some((each) => each.name === name) ||
        keypairs.some(({ label }) => label === key.label),
    ),
  };
}

/** Lines that set something and are not there. */
export function missingLines(
  wanted: readonly ConfigLine[],
  lines: readonly PlacedLine[],
): readonly PlacedLine[] {
  return placeLines(wanted.map(maskedText)).filter(
    (line) => !isRemoval(line) && !lines.some((each) => isSame(each, line)),
  );
}

/** Lines that `no` takes away, and that are there all the same. */
export function remainingLines(
  wanted: readonly ConfigLine[],
  lines: readonly PlacedLine[],
): readonly PlacedLine[] {
  return placeLines(wanted.map(maskedText))
    .filter(isRemoval)
    .map((line) => ({ ...line, text: line.text.slice('no '.length) }))
    .filter((line) => lines.some((each) => isSame(each, line)));
}

/** `“pki trustpoint BRANCH” below “crypto ikev2 profile BRANCH”`. */
export function tellLine({ below, text }: PlacedLine): string {
  const head = below.at(-1);
  return head === undefined ? `“${text}”` : `“${text}” below “${head}”`;
}

function isRemoval({ text }: PlacedLine): boolean {
  return text.startsWith('no ');
}

function isSame(a: PlacedLine, b: PlacedLine): boolean {
  return a.text === b.text && a.below.join('\n') === b.below.join('\n');
}

/** What an operator has to know of other generations on a router. */
export function generationNotes({ rolling }: Generations, observation: Observation): readonly string[] {
  return [...rolling.values()].flatMap(({ inForce, next, isBegun }) =>
    isBegun
      ? [
          `${inForce.name}: a roll to ${next.name} was begun, its certificate is ${stageOf(observation, next)}; ${inForce.name} is in force until trustfleet renew has switched over`,
        ]
      : [],
  );
}

/** The same of those that wait to be retired, by their names: none is told of that this very run removes. */
export function retirableNotes({ device, rolling }: Generations): ReadonlyMap<string, string> {
  return new Map(
    [...rolling.values()].flatMap(({ inForce, old }) =>
      old.map(({ name }) => [
        name,
        `${name}: was replaced by ${inForce.name} and waits to be retired (trustfleet renew --retire ${device.name})`,
      ]),
    ),
  );
}

function stageOf(observation: Observation, { name }: Trustpoint): string {
  const { stage } = viewTrustpoint(observation, name);
  return stage === 'granted' || stage === 'pending' ? stage : 'not there';
}
