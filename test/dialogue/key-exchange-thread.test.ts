import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { agree, makePair } from '../../src/dialogue/key-exchange-sums.js';
import { KeyExchangeThread } from '../../src/dialogue/key-exchange-thread.ts';

it('many exchanges at once get their own answers', async () => {
  const thread = new KeyExchangeThread();
  const groups = [{ modp: 'modp2' }, { modp: 'modp14' }, { curve: 'secp521r1' }];
  await Promise.all(
    [...groups, ...groups, ...groups].map(async (group) => {
      const ours = await thread.makePair(group);
      const theirs = makePair(group);
      expect(Buffer.from(await thread.agree(ours, theirs.publicValue))).toEqual(
        Buffer.from(agree(theirs, ours.publicValue)),
      );
    }),
  );
});

it('what cannot be computed is said, and the next can', async () => {
  const thread = new KeyExchangeThread();
  const pair = await thread.makePair({ modp: 'modp2' });
  await expect(thread.agree(pair, Uint8Array.of(1))).rejects.toThrow('too small');
  await expect(thread.makePair({ curve: 'none' })).rejects.toThrow();
  expect(await thread.agree(pair, makePair({ modp: 'modp2' }).publicValue)).toHaveLength(128);
});

it('without a thread everything is refused, what was asked before included', async () => {
  const thread = new KeyExchangeThread(pathToFileURL('/nowhere/at/all.js'));
  const group = { modp: 'modp14' };
  await expect(Promise.all([thread.makePair(group), thread.makePair(group)])).rejects.toThrow('all.js');
  await expect(thread.makePair(group)).rejects.toThrow('all.js');
});

it('the thread keeps a process for its answers, and no longer', async () => {
  const program = `
    import { KeyExchangeThread } from ${JSON.stringify(new URL('../../src/dialogue/key-exchange-thread.ts', import.meta.url).href)};
    const { publicValue } = await new KeyExchangeThread().makePair({ modp: 'modp14' });
    console.log(String(publicValue.length));
  `;
  const argv = ['--import', 'tsx', '--input-type=module', '--eval', program];
  // Without an end of its own it would be ended, and that is told as a failure.
  const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 60_000 });
  expect(stdout).toBe('256\n');
});
