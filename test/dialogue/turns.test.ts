import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Turns } from '../../src/dialogue/turns.ts';

/** An event loop that turns when it is told to. */
class Loop {
  #begins: (() => void)[] = [];
  readonly next = (begin: () => void): void => void this.#begins.push(begin);
  get isIdle(): boolean {
    return this.#begins.length === 0;
  }

  turn(): void {
    for (const begin of this.#begins.splice(0)) begin();
  }
}

it('the first step is done at once, every other in a turn of its own, in their order', () => {
  const loop = new Loop();
  const turns = new Turns(loop.next);
  const done: number[] = [];
  for (const step of [1, 2, 3]) turns.take(() => done.push(step));
  expect(done).toEqual([1]);
  loop.turn();
  expect(done).toEqual([1, 2]);
  loop.turn();
  expect(done).toEqual([1, 2, 3]);
});

it('a step that comes when the row is empty and a turn has passed waits for nothing', () => {
  const loop = new Loop();
  const turns = new Turns(loop.next);
  const done: string[] = [];
  turns.take(() => done.push('one'));
  loop.turn();
  expect(loop.isIdle).toBe(true);
  turns.take(() => done.push('two'));
  expect(done).toEqual(['one', 'two']);
});

it('no turn sees more than one step, none is lost, none overtakes another, whoever asks when', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { maxLength: 30 }), (arrivals) => {
      const loop = new Loop();
      const turns = new Turns(loop.next);
      const done: number[] = [];
      let asked = 0;
      const ask = (): void => {
        const number = asked;
        asked += 1;
        turns.take(() => done.push(number));
      };
      for (const [turn, many] of arrivals.entries()) {
        const before = turn === 0 ? 0 : done.length;
        for (let each = 0; each < many; each += 1) ask();
        // Its own step at the head of the turn is counted with the turn before.
        expect(done.length - before).toBeLessThanOrEqual(1);
        const atEnd = done.length;
        loop.turn();
        expect(done.length - atEnd).toBeLessThanOrEqual(1);
      }
      while (!loop.isIdle) loop.turn();
      expect(done).toEqual(Array.from({ length: asked }, (_, index) => index));
    }),
  );
});

it('a step may ask for another, which comes behind those that wait', async () => {
  const loop = new Loop();
  const turns = new Turns(loop.next);
  const done: string[] = [];
  turns.take(() => {
    done.push('one');
    turns.take(() => done.push('its second'));
  });
  turns.take(() => done.push('two'));
  const waited = turns.wait().then(() => done.push('waited'));
  while (!loop.isIdle) loop.turn();
  await waited;
  expect(done).toEqual(['one', 'its second', 'two', 'waited']);
});
