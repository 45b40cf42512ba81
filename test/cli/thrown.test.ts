import { expect, it } from 'vitest';
import { explainThrown } from '../../src/cli/thrown.ts';
import { InputError } from '../../src/domain/errors.ts';
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

it('names files below the folder it was called from as they are seen from there', () => {
  const io = fakeIo({ cwd: '/fleet' });
  const files = ['/fleet/own/ntp.hbs', '/fleetwide/ntp.hbs', 'inventory.yaml'];
  const problems = files.map((file) => ({ file, line: 2, message: 'is wrong' }));

  expect(explainThrown(new InputError(problems), io, { debug: false })).toBe(3);

  expect(io.stderr.text).toContain(
    'own/ntp.hbs:2 is wrong\n/fleetwide/ntp.hbs:2 is wrong\ninventory.yaml:2 is wrong\n',
  );
});
