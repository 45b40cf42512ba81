import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLine } from '../../src/domain/config-line.ts';
import { openSession, type Session } from '../../src/ios/session.ts';
import { BufferedRouter, type BufferedRouterOptions, type Reaction } from './buffered-router.ts';
import { deviceError, scriptedDevice } from './router.ts';
import { HEAD, INVALID, SETTINGS } from './trustpoint-lines.ts';
import { inVirtualTime } from './virtual-time.ts';

const COMMANDS = ['show version', 'show clock', 'show ntp status', 'show crypto pki timers', 'show users'];

/** A router with a trustpoint mode, that shows what a command is and refuses the lines of which `refuses` is true. */
function reactions(refuses: (line: string) => boolean = () => false): BufferedRouterOptions['react'] {
  return (line): Reaction => {
    if (refuses(line)) return { reply: INVALID };
    if (line === 'configure terminal')
      return {
        reply: 'Enter configuration commands, one per line.  End with CNTL/Z.\n',
        prompt: 'R1(config)#',
      };
    if (line.startsWith('crypto pki trustpoint')) return { prompt: 'R1(ca-trustpoint)#' };
    if (line === 'end') return { prompt: 'R1#' };
    return line.startsWith('show ') ? { reply: `this is ${line}\nR1 is up\n\n` } : {};
  };
}

interface Opening {
  readonly typesAhead?: boolean;
  /** What the inventory calls the router. */
  readonly name?: string;
  readonly reads?: readonly string[];
}

async function withRouter<T>(
  options: Partial<BufferedRouterOptions>,
  act: (session: Session, router: BufferedRouter) => Promise<T>,
  { typesAhead = true, name = 'gw-1', reads = [] }: Opening = {},
): Promise<{ readonly router: BufferedRouter; readonly result: T }> {
  const router = new BufferedRouter({ prompt: 'R1#', react: reactions(), ...options });
  const device = { ...scriptedDevice({}, 20_000), name };
  const result = await inVirtualTime(router, async () => {
    const session = await openSession({ device, transport: router, lockPauseMs: 0, typesAhead, reads });
    try {
      return await act(session, router);
    } finally {
      await session.close();
    }
  });
  return { router, result };
}

async function showAll(session: Session): Promise<readonly string[]> {
  const shown: string[] = [];
  for (const [index, command] of COMMANDS.entries()) {
    session.foresee(COMMANDS.slice(index));
    shown.push(await session.show(command));
  }
  return shown;
}

const configureAll = (session: Session): Promise<void> =>
  session.configure([HEAD, ...SETTINGS].map(plainLine));
/** Lines that reached the router before the reply to the line before them was heard. */
const aheadOf = ({ arrived }: BufferedRouter): readonly string[] =>
  arrived.filter(({ afterReplies }, index) => afterReplies < index).map(({ line }) => line);

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 }).map((list) => {
  let at = 0;
  return (): number => list[at++ % list.length] ?? 1;
});
const LOG = '*Nov 21 02:00:00.000: %SYS-5-CONFIG_I: Configured from console by vty0';

describe('typing ahead', () => {
  it('sends show commands in one go, and reads each reply as the reply to its own command', async () => {
    const { router, result } = await withRouter({}, showAll);
    expect(result).toEqual(COMMANDS.map((command) => `\nthis is ${command}\nR1 is up\n\n`));
    expect(aheadOf(router)).toEqual(['terminal width 511', ...COMMANDS.slice(1)]);
  });

  it('waits for every reply where the inventory says so', async () => {
    const { router, result } = await withRouter({}, showAll, { typesAhead: false });
    expect(result).toHaveLength(COMMANDS.length);
    expect(aheadOf(router)).toEqual([]);
  });

  it('reads the same with and without it, however the router’s words are cut and whatever it logs', async () => {
    const logs = fc.array(fc.constantFrom('', '', '', LOG), { minLength: 1, maxLength: 12 }).map((list) => {
      let at = 0;
      return (): string => list[at++ % list.length] ?? '';
    });
    await fc.assert(
      fc.asyncProperty(sizes, logs, async (next, log) => {
        for (const typesAhead of [true, false]) {
          const { result } = await withRouter({ sizes: next, log }, showAll, { typesAhead });
          // A log line behind the prompt makes the router print it twice: the first may stand at the end of the reply.
          const texts = result.map((text) => text.replace(/R1#\n*$/, '').trim());
          expect(texts).toEqual(COMMANDS.map((command) => `this is ${command}\nR1 is up`));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('gives every reply to its own command when log lines are glued to prompts, or types the command again', async () => {
    const glue = fc
      .array(fc.constantFrom('none', 'none', 'none', 'front', 'behind', 'both'), {
        minLength: 3,
        maxLength: 12,
      })
      .map((list) => {
        let at = 0;
        // The login is another story: nobody knows the prompt yet.
        return (line: string) => (line.startsWith('show ') ? (list[at++ % list.length] ?? 'none') : 'none');
      });
    await fc.assert(
      fc.asyncProperty(sizes, glue, async (next, glued) => {
        const { result } = await withRouter({ sizes: next, glued, gluedLog: LOG }, showAll);
        const texts = result.map((text) => text.replace(/R1#\n*$/, '').trim());
        expect(texts).toEqual(COMMANDS.map((command) => `this is ${command}\nR1 is up`));
      }),
      { numRuns: 150 },
    );
  });

  it('types the lines of a trustpoint ahead, but nothing behind the command that leads to configuration', async () => {
    const { router } = await withRouter({}, configureAll);
    expect(aheadOf(router)).toEqual(expect.arrayContaining(SETTINGS.slice(0, 4)));
    expect(aheadOf(router)).not.toContain(HEAD);
    expect(router.read.map(({ line }) => line)).toEqual(expect.arrayContaining([HEAD, ...SETTINGS, 'end']));
  });

  it('waits for each line of which it does not know that it asks nothing, and for the line before it', async () => {
    const lines = [
      'service timestamps log datetime',
      'ntp server 192.0.2.1',
      'ntp server 192.0.2.2',
      'no logging console',
    ];
    const { router } = await withRouter({}, (session) =>
      session.configure([...lines, 'ntp server 192.0.2.3'].map(plainLine)),
    );
    const behind = ['terminal width 511', 'ntp server 192.0.2.2', 'end'];
    expect(aheadOf(router)).toEqual(behind);
  });

  it('never has more unread than a line’s input buffer takes', async () => {
    const { router } = await withRouter({}, configureAll);
    expect(router.mostBuffered).toBeGreaterThan(100);
    expect(router.mostBuffered).toBeLessThanOrEqual(254);
  });

  it('sends nothing more once a refusal was read, names what was on its way, and leaves the mode', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(SETTINGS.length - 1), sizes, async (at, next) => {
        const refused = SETTINGS[at] ?? '';
        const { router, result } = await withRouter(
          { react: reactions((line) => line === refused), sizes: next },
          (session) => deviceError(configureAll(session)),
        );
        expect(result.code).toBe('command-refused');
        expect(result.message).toContain(refused);
        const read = router.read.map(({ line }) => line);
        const behind = read.slice(read.indexOf(refused) + 1, read.indexOf('end'));
        for (const line of behind) expect(result.detail).toContain(line);
        const replies = router.arrived.findIndex(({ line }) => line === refused) + 1;
        const afterwards = router.arrived.filter(({ afterReplies }) => afterReplies >= replies);
        // Where the way out was on its way already, an empty line tells where that led.
        const isOnItsWay = router.arrived.some(
          ({ line, afterReplies }) => line === 'end' && afterReplies < replies,
        );
        const wayOut = !isOnItsWay ? ['end'] : refused === SETTINGS.at(-1) ? [] : [''];
        expect(afterwards.map(({ line }) => line)).toEqual([...wayOut, 'exit']);
      }),
      { numRuns: 100 },
    );
  });

  it('types no line once a question was heard: what answers it was on its way, and no yes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(SETTINGS.length - 1), sizes, async (at, next) => {
        const asking = SETTINGS[at] ?? '';
        const react = reactions();
        const question = 'Are you sure? [yes/no]: ';
        const { router, result } = await withRouter(
          { react: (line) => (line === asking ? { question } : react(line)), sizes: next },
          (session) => deviceError(configureAll(session)),
        );
        const answers = router.read.filter(({ answers }) => answers !== undefined).map(({ line }) => line);
        for (const answer of answers) expect([...SETTINGS, 'end']).toContain(answer);
        expect(router.arrived.filter((line) => line.question !== undefined)).toEqual([]);
        // What was on its way answered it, and nobody can tell whose reply the rest is.
        expect(result.code).toBe(answers.length > 0 ? 'output-unreadable' : 'unexpected-question');
        const behind = router.arrived.slice(router.arrived.findIndex(({ line }) => line === asking) + 1);
        const later = new Set(behind.map(({ line }) => line).filter((line) => !SETTINGS.includes(line)));
        expect([...later].filter((line) => line !== '')).toEqual(['end', 'exit']);
      }),
      { numRuns: 100 },
    );
  });

  it('hears out what was typed ahead before anything else is typed', async () => {
    const { router, result } = await withRouter({}, async (session) => {
      session.foresee(COMMANDS);
      const first = await session.show('show version');
      return [first, await session.show('show privilege')];
    });
    expect(result).toEqual([
      '\nthis is show version\nR1 is up\n\n',
      '\nthis is show privilege\nR1 is up\n\n',
    ]);
    expect(router.read.map(({ line }) => line)).toEqual([
      '',
      'terminal length 0',
      'terminal width 511',
      ...COMMANDS,
      'show privilege',
    ]);
  });
});

describe('typing ahead from the first prompt on', () => {
  const own = { name: 'R1', reads: COMMANDS };
  const REPLIES = COMMANDS.map((command) => `this is ${command}\nR1 is up`);
  const trimmed = (texts: readonly string[]): readonly string[] =>
    texts.map((text) => text.replace(/R1#\n*$/, '').trim());

  it('sends the first reads with what is typed about the terminal, at the prompt of the router expected', async () => {
    const { router, result } = await withRouter({}, showAll, own);
    expect(trimmed(result)).toEqual(REPLIES);
    expect(router.arrived.map(({ line }) => line)).toEqual([
      'terminal length 0',
      'terminal width 511',
      ...COMMANDS,
      'exit',
    ]);
    expect(router.arrived.slice(0, -1).every(({ afterReplies }) => afterReplies === 0)).toBe(true);
  });

  it('has a prompt of another name confirmed first', async () => {
    const { router, result } = await withRouter({}, showAll, { ...own, name: 'R2' });
    expect(trimmed(result)).toEqual(REPLIES);
    expect(router.arrived.slice(0, 3)).toEqual([
      { line: '', afterReplies: 0 },
      { line: 'terminal length 0', afterReplies: 1 },
      { line: 'terminal width 511', afterReplies: 1 },
    ]);
  });

  it('waits for each reply where the inventory says so', async () => {
    const { router } = await withRouter({}, showAll, { ...own, typesAhead: false });
    expect(aheadOf(router)).toEqual([]);
  });

  it('sends no read at a user’s prompt', async () => {
    const react: BufferedRouterOptions['react'] = (line) =>
      line === 'enable' ? { prompt: 'R1#' } : reactions()(line);
    const { router, result } = await withRouter({ prompt: 'R1>', react }, showAll, own);
    expect(trimmed(result)).toEqual(REPLIES);
    expect(router.arrived.slice(0, 3).map(({ line }) => line)).toEqual([
      'terminal length 0',
      'terminal width 511',
      'enable',
    ]);
    expect(router.arrived[2]?.afterReplies).toBe(2);
  });

  it('reads every reply right, whatever of the opening the router refuses, pages, echoes or says before', async () => {
    const refusals = fc.subarray([
      'terminal length 0',
      'terminal width 511',
      'terminal width 512',
      'show ntp status',
    ]);
    const banners = fc.constantFrom(
      '',
      'Welcome\n',
      'R1#\n',
      'R1# is not for you\nR1#\nR1>\n',
      '% no entry %\n',
    );
    const way = fc.record({
      next: sizes,
      refused: refusals,
      banner: banners,
      isEcholess: fc.boolean(),
      pages: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(way, async ({ next, refused, banner, isEcholess, pages }) => {
        const plain = reactions((line) => refused.includes(line));
        const react: BufferedRouterOptions['react'] = (line) => {
          const paged = pages && refused.includes('terminal length 0') && line.startsWith('show ');
          return paged ? { ...plain(line), pageLines: 1 } : plain(line);
        };
        const ask = async (session: Session): Promise<readonly string[]> => {
          const shown: string[] = [];
          for (const [index, command] of COMMANDS.entries()) {
            session.foresee(COMMANDS.slice(index));
            shown.push((await session.ask(command)).text);
          }
          return shown;
        };
        const { router, result } = await withRouter({ react, sizes: next, banner, isEcholess }, ask, own);
        const expected = COMMANDS.map((command, index) =>
          refused.includes(command) ? expect.stringContaining('% Invalid input') : REPLIES[index],
        );
        expect(trimmed(result)).toEqual(expected);
        // What lost letters to a pager is a command that no router knows.
        expect(router.read.every(({ line }) => !/^(?:conf|reload|no |write|copy|clear)/.test(line))).toBe(
          true,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('types nothing into a question that stands in the prompt’s place', async () => {
    const prompt = 'Do you accept the terms of R1#? [yes/no]: ';
    const router = new BufferedRouter({ prompt, react: reactions() });
    const device = { ...scriptedDevice({}, 20_000), name: 'R1' };
    const error = await inVirtualTime(router, () =>
      deviceError(openSession({ device, transport: router, typesAhead: true, reads: COMMANDS })),
    );
    expect([error.code, router.arrived]).toEqual(['unexpected-question', []]);
  });
});
