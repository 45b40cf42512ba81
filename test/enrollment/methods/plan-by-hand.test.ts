import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/domain/device.ts';
import { isChanging } from '../../../src/enrollment/guard/protect.ts';
import type { StandingErrand } from '../../../src/enrollment/observation.ts';
import { type Plan, planDevice } from '../../../src/enrollment/plan.ts';
import { CA, DEVICE, NOW, observed, RENDERER, TRUSTPOINT } from '../world.ts';

const BY_HAND: Device = {
  ...DEVICE,
  trustpoints: [
    {
      ...TRUSTPOINT,
      method: {
        kind: 'terminal',
        pem: false,
        submit: { kind: 'directory', requests: '/out', answers: '/in' },
      },
    },
  ],
};
const LINES = (
  RENDERER.render(BY_HAND).blocks.find(({ name }) => name === 'trustpoint-terminal')?.lines ?? []
)
  .slice(1)
  .map(({ parts }) => parts.join('').trim());

function planWith(errand?: StandingErrand): Plan {
  const seen = observed({ lines: LINES, ca: CA, keyBits: 2048, pending: true });
  const observation = errand === undefined ? seen : { ...seen, errands: new Map([['BRANCH', errand]]) };
  return planDevice(RENDERER.render(BY_HAND), observation, { kind: 'enroll' }, NOW);
}

const told = ({ actions }: Plan): readonly string[] => actions.map(({ kind, why }) => `${kind}: ${why}`);

describe('the plan for a router whose request somebody takes to its CA', () => {
  it('has a request made where none lies anywhere, though the router lists one as pending', () => {
    const plan = planWith();
    expect(plan.actions.map(({ kind }) => kind)).toEqual(['enroll', 'await-grant', 'save']);
    expect(isChanging(plan.actions)).toBe(true);
  });

  it('makes no second request while one lies at the CA, and changes nothing', () => {
    const plan = planWith({ kind: 'asked', where: 'in /out/br-1.req' });
    expect(told(plan)[0]).toBe('await-grant: its request waits in /out/br-1.req; no second request is made');
    expect(isChanging(plan.actions)).toBe(false);
  });

  it('gives the router the certificate that has come, which is a change like others', () => {
    const plan = planWith({ kind: 'answered', where: 'in /in/a.cer' });
    expect(told(plan)[0]).toBe('await-grant: its certificate is in /in/a.cer; no second request is made');
    expect(isChanging(plan.actions)).toBe(true);
  });
});
