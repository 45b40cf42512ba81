import { expect, it } from 'vitest';
import { FailureFeed } from '../../src/report/failure-feed.ts';
import { aResult } from '../run/a-device.ts';
import { aFailure, anError } from './a-run.ts';
import { aTerminal } from './screen.ts';

it('shows ten failures of a code and then only says so, once', () => {
  const terminal = aTerminal({ columns: 80 });
  const feed = new FailureFeed(terminal);

  for (let n = 1; n <= 500; n += 1) feed.show(aFailure(`br-${n}`, 'ca-unreachable', 'no answer'));
  feed.show(aFailure('br-501', 'login-refused', 'Permission denied'));

  const lines = terminal.stream.text.trimEnd().split('\n');
  expect(lines).toHaveLength(12);
  expect(lines.slice(9)).toEqual([
    '✗ br-10  ca-unreachable: no answer',
    '✗ further ca-unreachable is counted now and listed at the end',
    '✗ br-501  login-refused: Permission denied',
  ]);
});

it('is silent about devices that were well or never started', () => {
  const terminal = aTerminal({ columns: 80 });
  const feed = new FailureFeed(terminal);

  feed.show(aResult('br-1'));
  feed.show(aResult('br-2', 'skipped', { error: anError('interrupted', 'stopped by Ctrl-C') }));

  expect(terminal.stream.text).toBe('');
});
