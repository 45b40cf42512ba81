import { expect, it } from 'vitest';
import { explainThrown } from '../../src/cli/thrown.ts';
import { fakeIo } from './fake-io.ts';

it('says what failed in a line, and shows the stack only when asked to', () => {
  const error = new Error('no more memory');
  const [short, long] = [fakeIo(), fakeIo()];

  expect(explainThrown(error, short, { debug: false })).toBe(1);
  expect(explainThrown(error, long, { debug: true })).toBe(1);

  expect(short.stderr.text).toBe(
    'trustfleet: no more memory\nThis should not happen. Run it again with --debug for the details to report.\n',
  );
  expect(long.stderr.text).toContain('thrown.test.ts');
});
