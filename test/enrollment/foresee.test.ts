import { describe, expect, it } from 'vitest';
import { type ForeseenStep, foreseePlan } from '../../src/enrollment/foresee.ts';
import { type Action, type Purpose, planDevice } from '../../src/enrollment/plan.ts';
import { CA, DEVICE, identity, NOW, observed, RENDERER, wantedLines } from './world.ts';

type State = Parameters<typeof observed>[0];

const HELD: State = { lines: wantedLines(), ca: CA, keyBits: 2048 };
const GOOD: State = { ...HELD, identity: identity({ from: -100, to: 200 }) };

function foresee(
  state: State,
  purpose: Purpose = { kind: 'enroll' },
  more: { allowOverwriteNvram?: boolean; dialect?: 'ca' } = {},
): readonly ForeseenStep[] {
  const plan = planDevice(RENDERER.render(DEVICE), observed(state), purpose, NOW);
  return foreseePlan(DEVICE, plan, { allowOverwriteNvram: false, ...more });
}
const names = (steps: readonly ForeseenStep[]): string[] => steps.map(({ step }) => step);
const textsOf = (steps: readonly ForeseenStep[], wanted: ForeseenStep['step']): string[] =>
  steps.filter(({ step }) => step === wanted).flatMap(({ lines }) => lines.map(({ text }) => text));
const answersIn = (steps: readonly ForeseenStep[]): Record<string, string | undefined> =>
  Object.fromEntries(
    steps
      .flatMap(({ lines }) => lines)
      .flatMap(({ questions }) => questions.map(({ name, answer }) => [name, answer])),
  );

describe('what a plan will type', () => {
  it('is the whole story on a router that has nothing', () => {
    const steps = foresee({ timeLines: [] });
    expect(names(steps)).toEqual([
      'connect',
      'observe',
      'set-clock',
      'configure',
      'generate-keypair',
      'authenticate',
      'enroll',
      'await-grant',
      'verify',
      'save',
      'leave',
    ]);
    expect(textsOf(steps, 'configure').slice(0, 2)).toEqual([
      'configure terminal',
      'crypto pki trustpoint BRANCH',
    ]);
    expect(textsOf(steps, 'await-grant').at(-1)).toBe('terminal no monitor');
    expect(answersIn(steps)).toMatchObject({
      'continue-reenrollment': 'no',
      'challenge-password': '<challenge password>',
      'overwrite-nvram': undefined,
    });
  });

  it('does not leave configuration mode between a key pair and the CA certificate', () => {
    const steps = foresee({ timeLines: [] });
    expect(textsOf(steps, 'generate-keypair').map((text) => text.split(' ')[0])).toEqual([
      'configure',
      'crypto',
    ]);
    expect(textsOf(steps, 'authenticate').slice(0, 2)).toEqual(['crypto pki authenticate BRANCH', 'end']);
  });

  it('is nothing but show commands where nothing has to be done', () => {
    expect(names(foresee(GOOD))).toEqual(['connect', 'observe', 'leave']);
  });

  it('is the missing line alone where one line is missing', () => {
    const steps = foresee({
      ...GOOD,
      lines: wantedLines().filter((line) => !line.startsWith('fingerprint')),
    });
    const configured = textsOf(steps, 'configure');
    expect(configured).toHaveLength(4);
    expect(configured[2]).toMatch(/^fingerprint /);
    expect(names(steps)).toEqual(['connect', 'observe', 'configure', 'verify', 'save', 'leave']);
  });

  it('is the saving alone where only that is missing', () => {
    expect(names(foresee({ ...GOOD, saved: false }))).toEqual(['connect', 'observe', 'save', 'leave']);
  });

  it('is a wait, and the rest only if the CA answers, where a request is pending', () => {
    const steps = foresee({ ...HELD, pending: true });
    expect(names(steps)).toEqual(['connect', 'observe', 'await-grant', 'verify', 'save', 'leave']);
    expect(textsOf(steps, 'await-grant')).not.toContain('terminal no monitor');
    const after = steps.filter(({ step }) => step === 'verify' || step === 'save');
    expect(after.flatMap(({ lines }) => lines.filter(({ onlyIf, again }) => !onlyIf && !again))).toEqual([]);
  });

  it('answers re-enrollment with yes, and the password with nothing, where a certificate is renewed', () => {
    const due = { ...HELD, identity: identity({ from: -300, to: 10 }) };
    expect(answersIn(foresee(due, { kind: 'renew' }))).toMatchObject({
      'continue-reenrollment': 'yes',
      'challenge-password': '',
    });
  });

  it('says why each step is taken', () => {
    const steps = foresee({ timeLines: [] });
    const silent = steps.filter(({ notes }) => notes.length === 0 || notes.includes(''));
    expect(names(silent)).toEqual(['observe', 'verify', 'leave']);
  });

  it('overwrites what another release saved where that is allowed', () => {
    const steps = foresee({}, { kind: 'enroll' }, { allowOverwriteNvram: true });
    expect(answersIn(steps)['overwrite-nvram']).toBe('');
  });

  it('is in the words of a router that knows crypto ca only, once they are known', () => {
    const steps = foresee({}, { kind: 'enroll' }, { dialect: 'ca' });
    expect(textsOf(steps, 'enroll')).toContain('crypto ca enroll BRANCH');
    const later = steps.filter(({ step }) => step !== 'observe').flatMap(({ lines }) => lines);
    expect(later.filter(({ text }) => text.includes('crypto pki'))).toEqual([]);
  });

  it('names the older forms of the command that makes a key pair, and the size they ask for', () => {
    const older = { parts: ['crypto key generate rsa general-keys label BRANCH'] };
    const action: Action = {
      kind: 'generate-keypair',
      why: 'there is none',
      trustpoint: 'BRANCH',
      label: 'BRANCH',
      command: { parts: ['crypto key generate rsa general-keys label BRANCH modulus 2048'] },
      olderForms: [older],
    };
    const [, , step] = foreseePlan(DEVICE, { actions: [action] }, { allowOverwriteNvram: false });
    const typed = step?.lines.find(({ instead }) => instead.length > 0);
    expect(typed?.instead).toEqual(older.parts);
    expect(typed?.questions.find(({ name }) => name === 'modulus-size')?.answer).toBe('2048');
  });
});
