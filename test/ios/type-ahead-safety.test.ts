import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLine } from '../../src/domain/config-line.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { CONFIGURE } from '../../src/ios/modes.ts';
import { openSession, type Session } from '../../src/ios/session.ts';
import type { IosDialogue } from '../../src/ios/terminal.ts';
import { BufferedRouter, type BufferedRouterOptions, type Reaction } from './buffered-router.ts';
import { scriptedDevice } from './router.ts';
import { HEAD, INVALID, SETTINGS } from './trustpoint-lines.ts';
import { inVirtualTime } from './virtual-time.ts';

const LOG = '*Nov 21 02:00:00.000: %SYS-5-CONFIG_I: Configured from console by vty0';
const READS = ['show version', 'show clock', 'show ntp status', 'show crypto pki timers', 'show users'];
const SERVERS = ['ntp server 192.0.2.1', 'ntp server 192.0.2.2'];
const MAKE_KEY = 'crypto key generate rsa label T';
const BITS = 'How many bits in the modulus [512]: ';
const KEY: IosDialogue = {
  name: 'generate a key pair',
  opening: MAKE_KEY,
  exchanges: [{ name: 'modulus', prompt: /How many bits.*: $/, react: () => ({ type: '2048' }) }],
  timeoutMs: 20_000,
};

const WORKS = [
  'read',
  'trustpoint',
  'servers',
  'key',
  'listen',
  'be quiet',
  // With what comes next told beforehand, which is typed ahead then.
  'servers, read',
  'trustpoint, key',
  'key, key',
  'read, key',
  // And what comes next is something else.
  'read, nothing',
  'trustpoint, nothing',
] as const;
type Work = (typeof WORKS)[number];
/** Between modes, and to see which one it is. */
const WAYS = ['configure terminal', 'end', ''];

/** A router that knows in each mode what belongs there, refuses the rest, and keeps what it took. */
class Modes {
  readonly taken: string[] = [];
  /** What was typed where it is no command. */
  readonly strays: string[] = [];
  readonly #mishap: (line: string) => Reaction | undefined;
  mode: 'exec' | 'config' | 'trustpoint' = 'exec';

  constructor(mishap: (line: string) => Reaction | undefined = () => undefined) {
    this.#mishap = mishap;
  }

  react(line: string): Reaction {
    const mishap = this.#mishap(line);
    if (mishap !== undefined) return mishap;
    if (line === '') return {};
    if (this.mode === 'exec') return this.#inExec(line);
    if (line === 'end') return this.#enter('exec');
    if (this.mode === 'trustpoint' && SETTINGS.includes(line)) return this.#take(line, {});
    if (line === HEAD) return this.#take(line, this.#enter('trustpoint'));
    if (SERVERS.includes(line)) return this.#take(line, this.#enter('config'));
    return line === MAKE_KEY ? this.#take(line, { question: BITS }) : this.#refuse(line);
  }

  #inExec(line: string): Reaction {
    if (line === 'configure terminal')
      return { reply: 'Enter configuration commands, one per line.\n', ...this.#enter('config') };
    if (READS.includes(line)) return { reply: `this is ${line}\nR1 is up\n\n` };
    return line.startsWith('terminal ') ? {} : this.#refuse(line);
  }

  #refuse(line: string): Reaction {
    this.strays.push(line);
    return { reply: INVALID };
  }

  #enter(mode: 'exec' | 'config' | 'trustpoint'): Reaction {
    this.mode = mode;
    return { prompt: { exec: 'R1#', config: 'R1(config)#', trustpoint: 'R1(ca-trustpoint)#' }[mode] };
  }

  #take(line: string, reaction: Reaction): Reaction {
    this.taken.push(line);
    return reaction;
  }
}

async function doWork(session: Session, work: Work): Promise<readonly string[]> {
  switch (work) {
    case 'read':
      return readAll(session);
    case 'trustpoint':
      await session.configure([HEAD, ...SETTINGS].map(plainLine));
      return [];
    case 'servers':
      await session.configure(SERVERS.map(plainLine));
      return [];
    case 'key':
      return (await session.converse(KEY, 'configuration')).asked;
    case 'listen':
      await session.tell('terminal monitor');
      return [];
    case 'be quiet':
      await session.tell('terminal no monitor');
      return [];
    case 'servers, read':
      await session.configure(SERVERS.map(plainLine), READS);
      return readAll(session);
    case 'trustpoint, key':
      await session.configure([HEAD, ...SETTINGS].map(plainLine), [CONFIGURE]);
      return (await session.converse(KEY, 'configuration')).asked;
    case 'key, key': {
      const { asked } = await session.converse(KEY, 'configuration', [CONFIGURE]);
      return [...asked, ...(await session.converse(KEY, 'configuration')).asked];
    }
    case 'read, key': {
      const shown = await readAll(session, [CONFIGURE]);
      return [...shown, ...(await session.converse(KEY, 'configuration')).asked];
    }
    case 'read, nothing':
      return readAll(session, [CONFIGURE]);
    case 'trustpoint, nothing':
      await session.configure([HEAD, ...SETTINGS].map(plainLine), [CONFIGURE]);
      return [];
  }
}

async function readAll(session: Session, behind: readonly string[] = []): Promise<readonly string[]> {
  const shown: string[] = [];
  for (const [index, command] of READS.entries()) {
    session.foresee([...READS.slice(index), ...behind]);
    shown.push((await session.show(command)).replace(/R1#\n*$/, '').trim());
  }
  return shown;
}

const SHOWN = READS.map((command) => `this is ${command}\nR1 is up`);

/** What each work is to give, and what the router is to take for it. */
const RIGHT: Readonly<Record<Work, { readonly said: readonly string[]; readonly taken: readonly string[] }>> =
  {
    read: { said: SHOWN, taken: [] },
    trustpoint: { said: [], taken: [HEAD, ...SETTINGS] },
    servers: { said: [], taken: SERVERS },
    key: { said: ['modulus'], taken: [MAKE_KEY] },
    listen: { said: [], taken: [] },
    'be quiet': { said: [], taken: [] },
    'servers, read': { said: SHOWN, taken: SERVERS },
    'trustpoint, key': { said: ['modulus'], taken: [HEAD, ...SETTINGS, MAKE_KEY] },
    'key, key': { said: ['modulus', 'modulus'], taken: [MAKE_KEY, MAKE_KEY] },
    'read, key': { said: [...SHOWN, 'modulus'], taken: [MAKE_KEY] },
    'read, nothing': { said: SHOWN, taken: [] },
    'trustpoint, nothing': { said: [], taken: [HEAD, ...SETTINGS] },
  };

interface Told {
  readonly router: BufferedRouter;
  readonly taken: readonly string[];
  readonly strays: readonly string[];
  /** In which it was left. */
  readonly mode: string;
  readonly done: readonly { readonly work: Work; readonly said: readonly string[] }[];
  readonly error: DeviceError | undefined;
}

/** A session that does all this, up to its first DeviceError. */
async function hold(
  works: readonly Work[],
  options: Partial<BufferedRouterOptions>,
  mishap?: (line: string) => Reaction | undefined,
  typesAhead = true,
): Promise<Told> {
  const modes = new Modes(mishap);
  const router = new BufferedRouter({ prompt: 'R1#', react: (line) => modes.react(line), ...options });
  const device = { ...scriptedDevice({}, 20_000), name: 'R1' };
  const done: { readonly work: Work; readonly said: readonly string[] }[] = [];
  const error = await inVirtualTime(router, async () => {
    const session = await openSession({ device, transport: router, lockPauseMs: 0, typesAhead });
    try {
      for (const work of works) done.push({ work, said: await doWork(session, work) });
    } catch (thrown) {
      if (thrown instanceof DeviceError) return thrown;
      throw thrown;
    } finally {
      await session.close();
    }
    return undefined;
  });
  return { router, taken: modes.taken, strays: modes.strays, mode: modes.mode, done, error };
}

const cycled = <T>(list: readonly T[], otherwise: T): (() => T) => {
  let at = 0;
  return () => list[at++ % list.length] ?? otherwise;
};
const sizes = fc
  .array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 })
  .map((list) => cycled(list, 1));
const works = fc.array(fc.constantFrom(...WORKS), {
  minLength: 1,
  maxLength: 6,
});
const anywhere = fc.constantFrom('configure terminal', HEAD, ...SETTINGS, ...SERVERS, ...READS);
/** How many of the first lines that arrived have a reply of their own: none to a question, and to its answer. */
const repliesTo = ({ arrived }: BufferedRouter, lines: number): number =>
  arrived.slice(0, lines).filter(({ line }) => line !== MAKE_KEY && line !== '2048').length;
const takenFor = (list: readonly Work[]): readonly string[] => list.flatMap((work) => RIGHT[work].taken);

describe('whatever a session does, typed ahead', () => {
  it('says and does what it would line by line, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(works, sizes, async (list, next) => {
        const ahead = await hold(list, { sizes: next });
        const slow = await hold(list, { sizes: next }, undefined, false);
        expect(ahead.error).toBeUndefined();
        expect(ahead.done).toEqual(list.map((work) => ({ work, said: RIGHT[work].said })));
        expect(ahead.done).toEqual(slow.done);
        expect(ahead.taken).toEqual(takenFor(list));
        expect(ahead.strays).toEqual([]);
        expect(ahead.mode).toBe('exec');
        // Configuration mode was foreseen for nothing: the way there and back is more than line by line.
        const isStraight = !list.includes('read, nothing');
        const readBy = ({ router }: Told): readonly object[] =>
          router.read.filter(({ line }) => isStraight || !WAYS.includes(line));
        expect(readBy(ahead)).toEqual(readBy(slow));
        expect(ahead.router.mostBuffered).toBeLessThanOrEqual(254);
      }),
      { numRuns: 150 },
    );
  });

  it('waits for the command that leads to configuration, and for every question', async () => {
    await fc.assert(
      fc.asyncProperty(works, sizes, async (list, next) => {
        const { router } = await hold(list, { sizes: next });
        for (const [index, { line, afterReplies }] of router.arrived.entries()) {
          const before = router.arrived[index - 1]?.line;
          const replies = repliesTo(router, index);
          if (before === 'configure terminal' || before === MAKE_KEY) expect(afterReplies).toBe(replies);
          if (line === '2048') expect(before).toBe(MAKE_KEY);
        }
        expect(router.read.filter(({ answers }) => answers !== undefined)).toEqual(
          takenFor(list)
            .filter((line) => line === MAKE_KEY)
            .map(() => ({ line: '2048', answers: BITS })),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('types nothing but the way out behind a refusal that was heard, and what was on its way changes nothing behind a refused head', async () => {
    await fc.assert(
      fc.asyncProperty(works, anywhere, sizes, async (list, refused, next) => {
        // A way that was foreseen for nothing is missed by nobody.
        fc.pre(refused !== 'configure terminal' || !list.includes('read, nothing'));
        const mishap = (line: string): Reaction | undefined =>
          line === refused ? { reply: INVALID } : undefined;
        const { router, taken, strays, error, done } = await hold(list, { sizes: next }, mishap);
        const isMet = router.read.some(({ line }) => line === refused);
        expect(error?.code).toBe(isMet ? 'command-refused' : undefined);
        expect(taken).not.toContain(refused);
        if (!isMet) return;
        const heard = repliesTo(router, router.arrived.findIndex(({ line }) => line === refused) + 1);
        const later = router.arrived.filter(({ afterReplies }) => afterReplies >= heard);
        // A show command that is refused has the level looked at. Where a way was typed ahead the prompt is looked at.
        const typed = later
          .map(({ line }) => line)
          .filter((line) => !READS.includes(refused) || line !== 'show privilege');
        expect([['exit'], ['end', 'exit'], ['', 'exit'], ['', 'end', 'exit']]).toContainEqual(typed);
        for (const way of WAYS) expect(strays).not.toContain(way);
        if (refused === HEAD) expect(taken).toEqual(takenFor(done.map(({ work }) => work)));
      }),
      { numRuns: 300 },
    );
  });

  it('types no line into a question that was heard, and no line of its own making before that', async () => {
    await fc.assert(
      fc.asyncProperty(works, anywhere, sizes, async (list, asking, next) => {
        fc.pre(asking !== 'configure terminal' || !list.includes('read, nothing'));
        const question = 'Are you sure? [yes/no]: ';
        const mishap = (line: string): Reaction | undefined => (line === asking ? { question } : undefined);
        const { router, error } = await hold(list, { sizes: next }, mishap);
        const isMet = router.read.some(({ line }) => line === asking);
        expect(error === undefined).toBe(!isMet);
        const answers = router.read.filter(({ answers: of }) => of === question).map(({ line }) => line);
        for (const answer of answers) expect([...READS, ...SETTINGS, ...SERVERS, ...WAYS]).toContain(answer);
        expect(router.arrived.filter(({ question: open }) => open === question)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives every reply to its own line whatever is logged where, or says that it cannot', async () => {
    const places = fc.array(fc.constantFrom('', '', '', LOG), { minLength: 1, maxLength: 12 });
    const glues = fc.array(fc.constantFrom('none', 'none', 'none', 'front', 'behind', 'both'), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(works, sizes, places, glues, async (list, next, logs, glue) => {
        const log = cycled(logs, '');
        const glued = cycled(glue, 'none' as const);
        const { done, taken, strays, error } = await hold(list, {
          sizes: next,
          log: (line) => (line.startsWith('terminal ') ? '' : log()),
          glued: (line) => (line.startsWith('terminal ') || line === '' ? 'none' : glued()),
          gluedLog: LOG,
        });
        expect(done).toEqual(list.slice(0, done.length).map((work) => ({ work, said: RIGHT[work].said })));
        // Where nothing is typed behind a glued prompt nobody sees that it stood there.
        const codes = list.includes('read, nothing')
          ? ['output-unreadable', 'timeout']
          : ['output-unreadable'];
        if (error !== undefined) expect(codes).toContain(error.code);
        expect(strays).toEqual([]);
        const begun = list.slice(0, done.length + 1);
        // What cannot be told apart was typed nevertheless: a setting is never typed twice.
        expect(takenFor(begun).slice(0, taken.length)).toEqual(taken);
        expect(taken.length).toBeGreaterThanOrEqual(takenFor(begun.slice(0, done.length)).length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a router whose buffer has little room', () => {
  it('loses nothing when it takes as much as a line has', async () => {
    await fc.assert(
      fc.asyncProperty(works, sizes, fc.integer({ min: 254, max: 400 }), async (list, next, room) => {
        const { router, error, taken } = await hold(list, { sizes: next, room });
        expect([router.lost, error, taken]).toEqual([0, undefined, takenFor(list)]);
      }),
      { numRuns: 100 },
    );
  });

  it('is told of when it loses characters: what was reported as done was done, letter by letter', async () => {
    await fc.assert(
      fc.asyncProperty(works, sizes, fc.integer({ min: 70, max: 253 }), async (list, next, room) => {
        const { router, done, error, taken } = await hold(list, { sizes: next, room });
        expect(done).toEqual(list.slice(0, done.length).map((work) => ({ work, said: RIGHT[work].said })));
        const sure = takenFor(done.map(({ work }) => work));
        expect(taken.slice(0, sure.length)).toEqual(sure);
        if (router.lost === 0) expect(error).toBeUndefined();
        expect(router.read.filter(({ answers }) => answers !== undefined && answers !== BITS)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
