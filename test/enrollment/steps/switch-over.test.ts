import { describe, expect, it } from 'vitest';
import { maskedText, plainLine } from '../../../src/domain/config-line.ts';
import { DeviceError, type ErrorCode } from '../../../src/domain/errors.ts';
import type { StepContext } from '../../../src/enrollment/steps/context.ts';
import { switchOver } from '../../../src/enrollment/steps/switch-over.ts';
import type { Session } from '../../../src/ios/session.ts';
import { DEVICE, RENDERER } from '../world.ts';

const PROFILE = 'crypto ikev2 profile HQ';

describe('switching over to the next generation', () => {
  it('types the lines and reads them back', async () => {
    const router = routerWith('pki trustpoint BRANCH', 'lifetime 3600');
    const notes = await switched(router);
    expect(router.below()).toEqual(['lifetime 3600', 'pki trustpoint BRANCH-2']);
    expect(notes).toEqual([expect.stringContaining('BRANCH-2 is in force')]);
    expect(router.typed).toEqual([PROFILE, ' pki trustpoint BRANCH-2', ' no pki trustpoint BRANCH']);
  });

  it('types back what is not as before, and that alone, when a line is refused', async () => {
    const router = routerWith('pki trustpoint BRANCH');
    router.refuses = { line: ' no pki trustpoint BRANCH', code: 'command-refused' };
    await expect(switched(router)).rejects.toMatchObject({
      code: 'command-refused',
      message: expect.stringContaining('switched back: BRANCH is in force as before'),
    });
    expect(router.below()).toEqual(['pki trustpoint BRANCH']);
    // The old one never went: only the new one has to go.
    expect(router.typed.slice(2)).toEqual([PROFILE, ' no pki trustpoint BRANCH-2']);
  });

  it('switches back when the router takes a line and does not keep it', async () => {
    const router = routerWith('pki trustpoint BRANCH');
    router.ignores = ' pki trustpoint BRANCH-2';
    await expect(switched(router)).rejects.toMatchObject({
      code: 'verification-failed',
      message: expect.stringMatching(
        /has no “pki trustpoint BRANCH-2” below “crypto ikev2 profile HQ”; switched back/,
      ),
    });
    expect(router.below()).toEqual(['pki trustpoint BRANCH']);
  });

  it('says so when switching back does not help either', async () => {
    const router = routerWith('pki trustpoint BRANCH');
    router.ignores = ' pki trustpoint BRANCH-2';
    router.refuses = { line: ' pki trustpoint BRANCH', code: 'command-refused' };
    await expect(switched(router)).rejects.toMatchObject({
      message: expect.stringMatching(/not switched back \(.*\): look which of BRANCH and BRANCH-2 is used/),
    });
  });

  it.each(['connection-lost', 'timeout', 'reload-announced'] as const)(
    'types nothing more behind %s, and does not claim to know',
    async (code) => {
      const router = routerWith('pki trustpoint BRANCH');
      router.refuses = { line: ' no pki trustpoint BRANCH', code };
      await expect(switched(router)).rejects.toMatchObject({
        code,
        message: expect.stringContaining('whether BRANCH or BRANCH-2 is in use now was not seen'),
      });
      expect(router.typed).toEqual([PROFILE, ' pki trustpoint BRANCH-2']);
    },
  );
});

interface FakeRouter {
  readonly session: Session;
  readonly typed: string[];
  refuses?: { readonly line: string; readonly code: ErrorCode };
  ignores?: string;
  below(): readonly string[];
}

/** A router with one IKEv2 profile that keeps whatever is typed below it. */
function routerWith(...lines: readonly string[]): FakeRouter {
  const profile = new Set(lines);
  const keep = (line: string): void => {
    const text = line.trim();
    if (text.startsWith('no ')) profile.delete(text.slice('no '.length));
    else if (text !== PROFILE) profile.add(text);
  };
  const nothing = (): Promise<never> => Promise.reject(new Error('not asked for'));
  const router: FakeRouter = {
    typed: [],
    below: () => [...profile],
    session: {
      hostname: 'br-0001',
      signal: undefined,
      show: () =>
        Promise.resolve([PROFILE, ...[...profile].map((line) => ` ${line}`), '!', 'end'].join('\n')),
      ask: nothing,
      configure(given) {
        for (const line of given.map(maskedText)) {
          const { refuses } = router;
          if (line === refuses?.line)
            return Promise.reject(new DeviceError(refuses.code, `“${line.trim()}”`));
          router.typed.push(line);
          if (line !== router.ignores) keep(line);
        }
        return Promise.resolve();
      },
      converse: nothing,
      onSyslog: () => () => undefined,
      expectReload: () => undefined,
      foresee: () => undefined,
      tell: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
  };
  return router;
}

async function switched({ session }: FakeRouter): Promise<readonly string[]> {
  const context: StepContext = {
    device: DEVICE,
    session,
    renderer: RENDERER,
    challenges: {
      for: () => {
        throw new Error('no challenge is asked for');
      },
    },
    allowOverwriteNvram: false,
    consents: () => new Set(),
    heard: new Map(),
    now: () => new Date(),
    monotonic: () => performance.now(),
    signal: new AbortController().signal,
  };
  const notes: string[] = [];
  const lines = [PROFILE, ' pki trustpoint BRANCH-2', ' no pki trustpoint BRANCH'].map(plainLine);
  const undo = [PROFILE, ' pki trustpoint BRANCH', ' no pki trustpoint BRANCH-2'].map(plainLine);
  const action = { kind: 'switch', why: '', trustpoint: 'BRANCH-2', from: 'BRANCH', lines, undo } as const;
  await switchOver(context, action, (text) => notes.push(text));
  return notes;
}
