import { describe, expect, it } from 'vitest';
import { verdicts } from '../../bench/aims.ts';
import { OBSTACLES } from '../../bench/obstacles.ts';
import { RACES } from '../../bench/races.ts';
import { outcomeOf } from './made-up.ts';

const more = { more: true };

describe('the verdict on a race', () => {
  it('is a ratio of medians, one for each rival', () => {
    const outcome = outcomeOf(
      {
        trustfleet: { 'routers/CPU s': [90, 1000, 100] },
        'Scrapli, asyncssh': { 'routers/CPU s': 30 },
        'Netmiko, threads': { 'routers/CPU s': 10 },
        'Ansible cisco.ios (25 routers)': { 'routers/CPU s': 1 },
      },
      more,
    );
    expect(verdicts('reads', outcome)).toEqual([
      { said: '10.0 times Netmiko (wanted: 10)', isMet: true },
      { said: '3.3 times Scrapli (wanted: 4)', isMet: false },
      { said: '100.0 times Ansible (wanted: 50)', isMet: true },
    ]);
  });

  it('turns the ratio round where less is better', () => {
    const outcome = outcomeOf({
      trustfleet: { 'ms/output': 0.02 },
      'ntc-templates, TextFSM': { 'ms/output': 0.1 },
      Genie: { 'ms/output': 2 },
    });
    expect(verdicts('reader', outcome)).toEqual([
      { said: '100.0 times Genie (wanted: 50)', isMet: true },
      { said: '5.0 times ntc (wanted: 10)', isMet: false },
    ]);
  });

  it('is none about a rival who was not there, nor about ourselves', () => {
    const outcome = outcomeOf({ trustfleet: { 'ms/output': 0.02 }, Genie: 'pip cannot reach a registry' });
    expect(verdicts('reader', outcome)).toEqual([
      { said: 'Genie was not measured', isMet: undefined },
      { said: 'ntc was not measured', isMet: undefined },
    ]);
    const [about] = verdicts('ndes', outcomeOf({ 'trustfleet enroll': 'no lab' }));
    expect(about).toEqual({ said: 'trustfleet was not measured', isMet: undefined });
  });

  it('knows who is first, and how near the floor', () => {
    const far = (ours: number, floor: number): unknown =>
      verdicts(
        'reads-far',
        outcomeOf({
          trustfleet: { 'wall s': ours, '× floor': ours / floor },
          Scrapli: { 'wall s': 4 },
          Netmiko: { 'wall s': 9 },
          Ansible: 'ansible-playbook was killed',
        }),
      );
    expect(far(2, 1.7)).toEqual([
      { said: 'first: the next one takes 2.00 times as long', isMet: true },
      { said: '1.18 times the floor (wanted: at most 1.25)', isMet: true },
    ]);
    expect(far(5, 2)).toEqual([
      { said: 'not first: the best one takes 0.80 times as long', isMet: false },
      { said: '2.50 times the floor (wanted: at most 1.25)', isMet: false },
    ]);
  });

  it('compares modern sessions with themselves when nobody logs in beside them', () => {
    const outcome = outcomeOf({
      'trustfleet, no legacy logins': { 'p99 ms': 4, 'show clock ms': 1 },
      'trustfleet, beside 50 logins, group1-sha1': { 'p99 ms': 21.4, 'show clock ms': 1.05 },
      'trustfleet, beside 50 logins, group exchange': { 'p99 ms': 12, 'show clock ms': 1.2 },
    });
    expect(verdicts('legacy', outcome).map(({ isMet }) => isMet)).toEqual([false, true, true, false]);
  });

  it('is one for each number of sessions', () => {
    const outcome = outcomeOf({
      'trustfleet, 100 open sessions': { 'MB/session': 0.21 },
      'trustfleet, 500 open sessions': { 'MB/session': [0.29, 0.31, 0.3] },
    });
    expect(verdicts('memory', outcome)).toEqual([
      { said: '0.210 MB a session, trustfleet, 100 open sessions (wanted: at most 0.3)', isMet: true },
      { said: '0.300 MB a session, trustfleet, 500 open sessions (wanted: at most 0.3)', isMet: true },
    ]);
  });

  it.each([
    [15, true, '10000 devices take 1.0 MB more at work than 1000, 0.11 KB for each one more'],
    [40, false, '10000 devices take 26.0 MB more at work than 1000, 2.96 KB for each one more'],
  ])('calls memory flat or not by the two largest fleets: %d MB', (largest, isMet, said) => {
    const outcome = outcomeOf({
      'trustfleet verify, 100 devices': { 'work MB': 2 },
      'trustfleet verify, 1000 devices': { 'work MB': 14 },
      'trustfleet verify, 10000 devices': { 'work MB': largest },
    });
    const wanted = ' (wanted: at most 15 %, 2.1 MB)';
    expect(verdicts('memory-fleet', outcome)).toEqual([{ said: said + wanted, isMet }]);
  });

  it('has something to measure in each race of the page, and says what stands in the way', () => {
    const judged = RACES.filter(({ name }) => verdicts(name, outcomeOf({ trustfleet: 'x' })).length === 0);
    // Their parts come from what was measured.
    expect(judged.map(({ name }) => name)).toEqual(['legacy']);
    for (const { name, about } of RACES) {
      expect(OBSTACLES[name], name).toMatch(/\w\.$/);
      expect(about, name).toMatch(/\w/);
    }
  });
});
