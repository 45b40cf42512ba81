import { describe, expect, it } from 'vitest';
import { coldnessOf, workOf } from '../../../bench/scale/calibrate.ts';
import { compare, comparisonTable } from '../../../bench/scale/compare.ts';
import type { Figures, Work } from '../../../bench/scale/figures.ts';
import type { Cost } from '../../../bench/scale/lab-runs.ts';
import { predict } from '../../../bench/scale/predict.ts';
import { extrapolation, putBetween } from '../../../bench/scale/scale-page.ts';

/** A device that logs in over four round trips, makes a key, and asks the CA for a certificate over six. */
const WORK: Work = {
  startUpMs: 500,
  startUpHelpersMs: 100,
  loopMs: 10,
  helpersMs: 0,
  blockedMs: 0,
  labLoopMs: 20,
  labHelpersMs: 120,
  distanceMs: 0,
  steps: [
    { name: 'connect', turns: 4, ownMs: 50 },
    { name: 'generate-keypair', turns: 0, ownMs: 0 },
    { name: 'enroll', turns: 4, ownMs: 0 },
    { name: 'await-grant', turns: 2, ownMs: 400 },
  ],
  held: { turns: 3, ownMs: 300 },
  caRequests: 6,
  keptKb: 64,
};
const FIGURES: Figures = {
  date: '2026-01-01',
  machine: 'a machine',
  cores: 2,
  verify: WORK,
  enroll: WORK,
  coldness: 1,
  memory: { baseMb: 100, sessionMb: 0.5, deviceMb: 0.01, slackMb: 80, slackDevices: 500 },
  descriptors: { base: 30, startUp: 180, session: 2 },
};
const rules = { devices: 1000, concurrency: 1000, unprovenAtOnce: 1000 };

describe('what is foretold', () => {
  it('takes one device far away as long as its round trips, its waits and its CPU', () => {
    const one = predict({ work: WORK, rules: { ...rules, devices: 1 }, cores: 2, rttMs: 100 }, FIGURES);
    expect(one.meanJobMs).toBeCloseTo(10 * 100 + 450 + 10, 6);
    expect(one.wallMs).toBeCloseTo(500 + one.meanJobMs, 6);
    expect(one.cpuMs).toBeCloseTo(500 + 100 + 10, 6);
  });

  it('takes a fleet with five passwords as long as they are kept', () => {
    const paced = { devices: 1000, concurrency: 50, startsPerSecond: 20 };
    const told = predict({ work: WORK, rules: paced, cores: 8, rttMs: 100, passwords: 5 }, FIGURES);
    // Three of ten round trips with their part of the CPU, and what the CA takes.
    const heldMs = 3 * 100 + 0.3 * 10 + 300;
    expect(told.binds).toBe('passwords');
    expect(told.wallMs / ((1000 * heldMs) / 5)).toBeCloseTo(1, 1);
    expect(told.passwords).toBeGreaterThan(4.8);
  });

  it('counts the lab on the same cores, keys and all', () => {
    const told = predict({ work: WORK, rules, cores: 2, rttMs: 0, lab: true }, FIGURES);
    expect(told.binds).toBe('cores of machine');
    expect(told.wallMs / ((1000 * (10 + 20 + 120)) / 2)).toBeCloseTo(1, 1);
  });

  it('needs memory and descriptors by the devices in work, and memory by the inventory', () => {
    const paced = { devices: 1000, concurrency: 100, startsPerSecond: 1000 };
    const told = predict({ work: WORK, rules: paced, cores: 2, rttMs: 100 }, FIGURES);
    expect(told).toMatchObject({
      mostAtWork: 100,
      megabytes: 100 + 50 + 10 + 80,
      descriptors: 230,
      caRequests: 6000,
    });
    expect(told.diskMb).toBeCloseTo(62.5, 6);
  });
});

describe('a device costs', () => {
  const cold = { ...FIGURES, coldness: 2 };
  const cpuOf = (startsPerSecond: number): number => {
    const paced = { devices: 1000, concurrency: 1000, startsPerSecond };
    return predict({ work: WORK, rules: paced, cores: 8, rttMs: 0 }, cold).cpuMs - 600;
  };

  it('the more CPU the more of the time is spent waiting', () => {
    expect(cpuOf(1)).toBeCloseTo(1000 * 10 * 1.99, 0);
    expect(cpuOf(50)).toBeCloseTo(1000 * 10 * 1.5, 0);
    expect(cpuOf(1000)).toBeCloseTo(1000 * 10, 0);
  });

  it('so much more as a run at the usual pace takes beyond one at full speed', () => {
    // 20 a second with 10 ms each leave four fifths of the time.
    const paced = (devices: number, ms: number): Pick<Cost, 'loopMs' | 'helpersMs'> => ({
      loopMs: 500 + devices * ms,
      helpersMs: 100,
    });
    expect(coldnessOf(WORK, paced(350, 18), paced(700, 18))).toBeCloseTo(2, 6);
    expect(coldnessOf(WORK, paced(350, 9), paced(700, 9))).toBe(1);
  });

  it('time, and no CPU, where the one thread is blocked', () => {
    const all = { devices: 1000, concurrency: 1000, unprovenAtOnce: 1000 };
    const told = predict({ work: { ...WORK, blockedMs: 5 }, rules: all, cores: 8, rttMs: 0 }, FIGURES);
    expect(told.cpuMs).toBeCloseTo(500 + 100 + 1000 * 10, 6);
    expect(told.wallMs / (1000 * 15)).toBeCloseTo(1, 0);
  });
});

describe('small runs', () => {
  const cost = (more: Partial<Cost>): Cost => ({
    wallMs: 1000,
    loopMs: 0,
    helpersMs: 0,
    labLoopMs: 0,
    labHelpersMs: 0,
    distanceMs: 0,
    othersMs: 0,
    megabytes: 100,
    descriptors: 100,
    usualDescriptors: 30,
    caRequests: 0,
    stepMs: {},
    heldMs: 0,
    keptKb: 40,
    ...more,
  });

  it('tell round trips from other waits by the distance, and each device from the start by two sizes', () => {
    const work = workOf(
      { few: 10, small: 100, large: 300 },
      {
        near: cost({ stepMs: { connect: 250, observe: 60 } }),
        far: cost({ stepMs: { connect: 1250, observe: 360 }, distanceMs: 200 }),
        small: cost({ loopMs: 1000 + 100 * 13 }),
        large: cost({ loopMs: 1000 + 300 * 13, labLoopMs: 300 * 13 }),
      },
      100,
    );
    expect(work).toMatchObject({ startUpMs: 1000, loopMs: 13, labLoopMs: 13, distanceMs: 20, keptKb: 40 });
    expect(work.steps).toEqual([
      { name: 'connect', turns: 10, ownMs: 250 - 20 },
      { name: 'observe', turns: 3, ownMs: 60 - 6 },
    ]);
  });

  it('are compared in percent of what was measured', () => {
    const told = predict({ work: WORK, rules: { ...rules, devices: 1 }, cores: 2, rttMs: 100 }, FIGURES);
    const table = comparisonTable([compare('far', told, cost({ wallMs: told.wallMs / 1.2 }), 1.5)], 15);
    expect(table).toContain('| far | wall, s | 2.0 | 1.6 | +20 % **too far** |');
    expect(table).toContain('| far | descriptors | 180 | 100 | +80 % |');
  });
});

describe('the page', () => {
  it('keeps what people wrote and gets tables between its markers', () => {
    const page = 'before\n<!-- one -->\nold\n<!-- /one -->\nafter';
    const expected = 'before\n<!-- one -->\n\nnew\n\n<!-- /one -->\nafter';
    expect(putBetween(page, { one: 'new' })).toBe(expected);
    expect(putBetween(expected, { one: 'new' })).toBe(expected);
    expect(() => putBetween(page, { two: 'new' })).toThrow('no place for two');
  });

  it('says for every size what binds', () => {
    const lines = extrapolation(
      { ...FIGURES, enroll: { ...WORK, held: { turns: 6, ownMs: 400 } } },
      [100, 1000],
    ).split('\n');
    expect(lines).toHaveLength(2 + 6 * 2);
    expect(lines.filter((line) => line.endsWith('| passwords |'))).toHaveLength(4);
  });
});
