import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/domain/device.ts';
import { foreseePlan } from '../../../src/enrollment/foresee.ts';
import { planDevice } from '../../../src/enrollment/plan.ts';
import { DEVICE, NOW, observed, RENDERER, TRUSTPOINT } from '../world.ts';

const SERVER = { device: 'hub-1', server: 'CS' };

function foresee(authority: Partial<typeof TRUSTPOINT.authority>) {
  const trustpoint = { ...TRUSTPOINT, authority: { ...TRUSTPOINT.authority, ...authority } };
  const device: Device = { ...DEVICE, trustpoints: [trustpoint] };
  const plan = planDevice(RENDERER.render(device), observed({}), { kind: 'enroll' }, NOW);
  return foreseePlan(device, plan, { allowOverwriteNvram: false });
}

describe('what is typed at a CA router', () => {
  it('is told where its password answers the router’s question', () => {
    const questions = foresee({ challenge: { kind: 'ios-cs', ...SERVER, minutes: 30 } })
      .flatMap(({ lines }) => lines)
      .flatMap((line) => line.questions);
    expect(questions.find(({ name }) => name === 'challenge-password')).toMatchObject({
      answer: '<challenge password>',
      remark: 'made on hub-1 when the router asks: crypto pki server CS password generate 30',
    });
  });

  it('is told where the request waits', () => {
    const wait = foresee({ grant: SERVER }).find(({ step }) => step === 'await-grant');
    expect(wait?.notes.at(-1)).toBe(
      'while the request is pending, on hub-1: crypto pki server CS info requests, then crypto pki server CS grant <id> for the request whose fingerprint this router printed, and for no other',
    );
  });
});
