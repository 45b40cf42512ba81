import { describe, expect, it } from 'vitest';
import { maskedText } from '../../src/domain/config-line.ts';
import type { Consent } from '../../src/domain/consent.ts';
import type { Device } from '../../src/domain/device.ts';
import type { Trustpoint } from '../../src/domain/trustpoint.ts';
import { foreseePlan } from '../../src/enrollment/foresee.ts';
import { generationNotes, generationsOf, retirableNotes } from '../../src/enrollment/generations.ts';
import type { Observation } from '../../src/enrollment/observation.ts';
import { type Plan, planDevice } from '../../src/enrollment/plan.ts';
import type { RenewalOrders } from '../../src/enrollment/renewal.ts';
import { rollsOf } from '../../src/enrollment/rolling.ts';
import { placeLines } from '../../src/ios/show/running-lines.ts';
import { readRunningPki } from '../../src/ios/show/running-pki.ts';
import { CA, DEVICE, identity, NOW, observed, RENDERER, TRUSTPOINT, wantedLines } from './world.ts';

const DAY_MS = 86_400_000;
const SWITCH = 'crypto ikev2 profile HQ\n pki trustpoint {{new}}\n no pki trustpoint {{old}}\n';
const ROLLING: Trustpoint = {
  ...TRUSTPOINT,
  renew: { ...TRUSTPOINT.renew, keys: 'roll', roll: { switchLines: SWITCH, retireAfterMs: 7 * DAY_MS } },
};
const ROLLED: Device = { ...DEVICE, trustpoints: [ROLLING] };

/** A router with BRANCH, enrolled 340 days ago, and what else its configuration holds. */
function router(profile: readonly string[], more: Partial<Observation> = {}, age = 340): Observation {
  const seen = observed({
    lines: wantedLines(),
    ca: CA,
    identity: identity({ from: -age, to: 365 - age }),
    keyBits: 2048,
  });
  const lines = placeLines([
    'hostname br-1',
    ...seen.running.trustpoints.flatMap((each) => [
      `crypto pki trustpoint ${each.name}`,
      ...each.lines.map((line) => ` ${line}`),
    ]),
    'crypto ikev2 profile HQ',
    ...profile.map((line) => ` ${line}`),
  ]);
  return { ...seen, lines, ...more };
}

/** With trustpoints of these names beside, which hold what `like` holds. */
function beside(seen: Observation, ...names: readonly string[]): Observation {
  const [like] = seen.running.trustpoints;
  const [chain] = seen.running.chains;
  if (like === undefined || chain === undefined) throw new Error('the router has no trustpoint');
  const running = {
    ...seen.running,
    trustpoints: [
      ...seen.running.trustpoints,
      ...names.map((name) => ({
        name,
        lines: like.lines.map((line) => line.replace(/^rsakeypair BRANCH/, `rsakeypair ${name}`)),
      })),
    ],
    chains: [...seen.running.chains, ...names.map((trustpoint) => ({ ...chain, trustpoint }))],
  };
  return { ...seen, running };
}

function inForce(seen: Observation): string {
  return generationsOf(ROLLED, seen, RENDERER).device.trustpoints[0]?.name ?? '';
}

function plan(
  seen: Observation,
  orders: RenewalOrders = {},
  consents: readonly Consent[] = [],
  device: Device = ROLLED,
): Plan {
  const generations = generationsOf(device, seen, RENDERER);
  const purpose = { kind: 'renew' as const, ...orders, rolls: rollsOf(generations, RENDERER) };
  return planDevice(RENDERER.render(generations.device), seen, purpose, NOW, new Set(consents));
}

const kinds = ({ actions }: Plan): readonly string[] =>
  actions.map((action) => ('trustpoint' in action ? `${action.kind} ${action.trustpoint}` : action.kind));

describe('the generation in force', () => {
  it('is the newest one that the lines of the switch name', () => {
    expect(inForce(router(['pki trustpoint BRANCH']))).toBe('BRANCH');
    expect(inForce(beside(router(['pki trustpoint BRANCH-2']), 'BRANCH-2'))).toBe('BRANCH-2');
    expect(inForce(beside(router(['pki trustpoint BRANCH']), 'BRANCH-2'))).toBe('BRANCH');
    expect(inForce(beside(router(['pki trustpoint BRANCH-10']), 'BRANCH-9', 'BRANCH-10'))).toBe('BRANCH-10');
  });

  it('is the older one as long as a switch that was cut off has left both in use', () => {
    const both = ['pki trustpoint BRANCH', 'pki trustpoint BRANCH-2'];
    expect(inForce(beside(router(both), 'BRANCH-2'))).toBe('BRANCH');
  });

  it('is the oldest one that is there where none is named, and the first on an empty router', () => {
    expect(inForce(beside(router([]), 'BRANCH-2'))).toBe('BRANCH');
    expect(inForce({ ...router([]), running: readRunningPki(''), lines: [] })).toBe('BRANCH');
  });

  it('is not told by a line in another place', () => {
    const seen = beside(router(['pki trustpoint BRANCH']), 'BRANCH-2');
    const elsewhere = placeLines(['crypto ikev2 profile OTHER', ' pki trustpoint BRANCH-2']);
    expect(inForce({ ...seen, lines: [...(seen.lines ?? []), ...elsewhere] })).toBe('BRANCH');
  });

  it('leaves others to be told of', () => {
    const begun = beside(router(['pki trustpoint BRANCH']), 'BRANCH-2');
    expect(generationNotes(generationsOf(ROLLED, begun, RENDERER), begun)).toEqual([
      expect.stringContaining('a roll to BRANCH-2 was begun, its certificate is granted; BRANCH is in force'),
    ]);
    const done = beside(router(['pki trustpoint BRANCH-2']), 'BRANCH-2');
    const notes = retirableNotes(generationsOf(ROLLED, done, RENDERER));
    expect(notes.get('BRANCH')).toContain('BRANCH: was replaced by BRANCH-2 and waits to be retired');
  });
});

describe('the plan of a roll', () => {
  it('enrolls the next generation with a challenge, and switches behind the proof', () => {
    const made = plan(router(['pki trustpoint BRANCH']));
    expect(kinds(made)).toEqual([
      'configure BRANCH-2',
      'generate-keypair BRANCH-2',
      'authenticate BRANCH-2',
      'enroll BRANCH-2',
      'await-grant BRANCH-2',
      'switch BRANCH-2',
      'save',
    ]);
    expect(made.actions.find(({ kind }) => kind === 'enroll')).toMatchObject({ challenge: true });
    const action = made.actions.find((each) => each.kind === 'switch');
    expect(action?.lines.map(maskedText)).toEqual([
      'crypto ikev2 profile HQ',
      ' pki trustpoint BRANCH-2',
      ' no pki trustpoint BRANCH',
    ]);
    expect(action?.undo.map(maskedText)).toEqual([
      'crypto ikev2 profile HQ',
      ' pki trustpoint BRANCH',
      ' no pki trustpoint BRANCH-2',
    ]);
    const device = { ...ROLLED, trustpoints: rollsAll(router(['pki trustpoint BRANCH'])) };
    const steps = foreseePlan(device, made, { allowOverwriteNvram: false });
    const order = steps.map(({ step }) => step);
    expect(order.slice(order.indexOf('verify'))).toEqual(['verify', 'switch', 'save', 'leave']);
    const typed = steps.find(({ step }) => step === 'switch')?.lines ?? [];
    expect(typed.filter(({ onlyIf }) => onlyIf === undefined).map(({ text }) => text.trim())).toEqual([
      'configure terminal',
      'crypto ikev2 profile HQ',
      'pki trustpoint BRANCH-2',
      'no pki trustpoint BRANCH',
      'end',
      'show running-config',
    ]);
    expect(steps[1]?.lines.at(-1)?.text).toBe('show running-config');
  });

  it('goes on with one that was begun though it is not due, but not outside its window', () => {
    const begun = beside(router(['pki trustpoint BRANCH'], {}, 10), 'BRANCH-2');
    expect(plan(begun).actions.at(-2)).toMatchObject({ kind: 'switch', from: 'BRANCH' });
    expect(kinds(plan(router(['pki trustpoint BRANCH'], {}, 10)))).toEqual([]);
    const windows = [{ cron: '0 12 * * *', durationMs: 3_600_000 }];
    const atNoon = { ...ROLLED, trustpoints: [{ ...ROLLING, renew: { ...ROLLING.renew, windows } }] };
    const waiting = plan(begun, {}, [], atNoon);
    expect(waiting.decisions).toMatchObject([{ decision: 'outside-window' }]);
    expect(kinds(waiting)).toEqual([]);
  });

  it('goes on with one that got no further than its lines', () => {
    const seen = beside(router(['pki trustpoint BRANCH']), 'BRANCH-2');
    const chains = seen.running.chains.filter(({ trustpoint }) => trustpoint === 'BRANCH');
    expect(kinds(plan({ ...seen, running: { ...seen.running, chains } }))).toEqual([
      'generate-keypair BRANCH-2',
      'authenticate BRANCH-2',
      'enroll BRANCH-2',
      'await-grant BRANCH-2',
      'switch BRANCH-2',
      'save',
    ]);
  });

  it('is none where the lines of now could not be put back', () => {
    expect(() => plan(router([]))).toThrow(/no “pki trustpoint BRANCH” below “crypto ikev2 profile HQ”/);
  });
});

describe('retiring', () => {
  const done = (age: number, more: readonly string[] = []): Observation => {
    const seen = beside(router(['pki trustpoint BRANCH-2'], {}, age), 'BRANCH-2');
    return { ...seen, lines: [...(seen.lines ?? []), ...placeLines(more)] };
  };

  it('is planned for a device that is named, with the key pair last', () => {
    expect(kinds(plan(done(30)))).toEqual([]);
    expect(plan(done(30), {}, ['retire']).actions).toMatchObject([
      { kind: 'retire', trustpoint: 'BRANCH', keypair: { label: 'BRANCH', type: 'rsa' } },
      { kind: 'save' },
    ]);
    expect(plan({ ...done(30), keypairs: [] }, {}, ['retire']).actions[0]).not.toHaveProperty('keypair');
  });

  it('takes up a key pair that an earlier run left behind its trustpoint', () => {
    const seen = done(30);
    const trustpoints = seen.running.trustpoints.filter(({ name }) => name !== 'BRANCH');
    const left = { ...seen, running: { ...seen.running, trustpoints } };
    expect(plan(left, {}, ['retire']).actions[0]).toMatchObject({
      isThere: false,
      keypair: { label: 'BRANCH' },
    });
    expect(kinds(plan({ ...left, keypairs: [] }, {}, ['retire']))).toEqual([]);
  });

  it.each([
    ['a new certificate that is too young', done(6.5), /BRANCH-2 is too new.*12h of renew.retireAfter/],
    ['a new certificate that has ended', done(400), /the certificate of BRANCH-2 has ended/],
    [
      'a profile',
      done(30, ['crypto isakmp profile X', ' ca trust-point BRANCH']),
      /has “ca trust-point BRANCH”/,
    ],
    ['the web server', done(30, ['ip http secure-trustpoint BRANCH']), /secure-trustpoint BRANCH/],
    ['SSH', done(30, ['ip ssh rsa keypair-name BRANCH']), /keypair-name BRANCH/],
    [
      'another trustpoint',
      done(30, ['crypto pki trustpoint X', ' rsakeypair BRANCH']),
      /“rsakeypair BRANCH” below/,
    ],
    ['a certificate server', done(30, ['crypto pki server BRANCH']), /crypto pki server BRANCH/],
  ])('is refused because of %s', (_what, seen, says) => {
    expect(() => plan(seen, {}, ['retire'])).toThrow(says);
  });

  it('is not kept off by the same word for something else', () => {
    const named = [
      'crypto ikev2 profile BRANCH',
      ' description for BRANCH',
      'crypto map BRANCH 10 ipsec-isakmp',
    ];
    expect(kinds(plan(done(30, named), {}, ['retire']))).toEqual(['retire BRANCH', 'save']);
  });
});

function rollsAll(seen: Observation): readonly Trustpoint[] {
  return [...generationsOf(ROLLED, seen, RENDERER).rolling.values()].flatMap(({ inForce: now, next }) => [
    now,
    next,
  ]);
}
