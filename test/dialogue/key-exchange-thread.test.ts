import { pathToFileURL } from 'node:url';
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
