import { InputError, type InputProblem } from '../domain/errors.ts';
import { nearest } from '../inventory/suggest.ts';
import type { LabOptions } from '../lab/lab.ts';
import { FAULTS, type FaultName } from '../lab/router/faults.ts';
import { RELEASES, type Release } from '../lab/router/personality.ts';
import { STATES, type StateName } from '../lab/states.ts';
import type { OptionValues } from './options.ts';

/** The routers that `--release` asks for, else as many of the usual release as `--routers` says. */
export function labRouters({
  routers,
  release,
}: Pick<OptionValues, 'routers' | 'release'>): Pick<LabOptions, 'routers' | 'releases'> {
  if (release === undefined) return { routers };
  const releases = release.map(parseRelease);
  return { routers: releases.reduce((total, { count }) => total + count, 0), releases };
}

function parseRelease(text: string): { readonly release: Release; readonly count: number } {
  const { name = '', count = '1' } = /^(?<name>[^:]*)(?::(?<count>[1-9]\d{0,4}))?$/.exec(text)?.groups ?? {};
  const release = RELEASES.find((known) => known === name);
  if (release !== undefined) return { release, count: Number(count) };
  throw new InputError([
    problem(
      '--release',
      `"${text}" is no release and number`,
      `such as 15.7:5; there are ${RELEASES.join(', ')}`,
    ),
  ]);
}

/** What `--fault` gives to single routers. Throws InputError with every text that is wrong. */
export function labCast(faults: readonly string[], count: number): NonNullable<LabOptions['cast']> {
  const problems: InputProblem[] = [];
  const cast = new Map<string, { faults: FaultName[]; state?: StateName }>();
  for (const text of faults) {
    const [router = '', name = ''] = splitLast(text);
    const number = /^br-(\d{4,})$/.exec(router)?.[1];
    if (number === undefined || Number(number) < 1 || Number(number) > count) {
      problems.push(
        problem('--fault', `"${text}" names no router of this lab`, 'such as br-0002:syslog-storm'),
      );
      continue;
    }
    const part = cast.get(router) ?? { faults: [] };
    if (isFault(name)) part.faults.push(name);
    else if (isState(name)) part.state = name;
    else problems.push(problem('--fault', `"${text}" names no fault`, hintFor(name)));
    cast.set(router, part);
  }
  if (problems.length > 0) throw new InputError(problems);
  return Object.fromEntries(cast);
}

function splitLast(text: string): readonly string[] {
  const at = text.lastIndexOf(':');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function isFault(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

function isState(name: string): name is StateName {
  return Object.hasOwn(STATES, name);
}

function hintFor(name: string): string {
  const known = [...Object.keys(FAULTS), ...Object.keys(STATES)];
  const near = nearest(name, known);
  return near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
}

function problem(key: string, message: string, hint: string): InputProblem {
  return { file: 'command line', key, message, hint };
}
