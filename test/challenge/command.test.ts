import { describe, expect, it } from 'vitest';
import { commandMint } from '../../src/challenge/command.ts';
import type { ChallengeService } from '../../src/challenge/ledger.ts';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import { authority, device, failureOf, forever, trustpoint } from './fixtures.ts';

const now = () => new Date('2026-03-01T12:00:00Z');
const node = (code: string, ...rest: string[]) => [process.execPath, '-e', code, ...rest];

describe('a command as the source of challenges', () => {
  it('is told the device and prints its challenge on one line', async () => {
    const challenge = await acquire(
      node(
        'const e = process.env; console.log([e.TRUSTFLEET_DEVICE, e.TRUSTFLEET_FQDN, e.TRUSTFLEET_HOST, e.TRUSTFLEET_TRUSTPOINT].join("/"))',
      ),
    );
    expect(challenge.password?.reveal()).toBe('br-0001/br-0001.example.net/192.0.2.11/BRANCH');
  });

  it('is run without a shell', async () => {
    const challenge = await acquire(node('console.log(process.argv[1])', '$(id);`id`|id>x'));
    expect(challenge.password?.reveal()).toBe('$(id);`id`|id>x');
  });

  it('may end its line as Windows does, or not at all', async () => {
    expect((await acquire(node('process.stdout.write("abc\\r\\n")'))).password?.reveal()).toBe('abc');
    expect((await acquire(node('process.stdout.write("abc")'))).password?.reveal()).toBe('abc');
  });

  it('finds the end of its input', async () => {
    const challenge = await acquire(
      node('process.stdin.resume(); process.stdin.on("end", () => console.log("ended"))'),
    );
    expect(challenge.password?.reveal()).toBe('ended');
  });

  it('that fails is an error with status and stderr, and never shows stdout', async () => {
    const error = await failureOf(
      acquire(node('console.log("half-a-secret"); console.error("vault is sealed"); process.exit(3)')),
    );
    expect(error).toMatchObject({
      code: 'challenge-unavailable',
      message: `the command challenge of branch-ca: ${process.execPath} ended with exit status 3`,
      detail: 'vault is sealed',
    });
    expect(JSON.stringify(error) + String(error.cause)).not.toContain('half-a-secret');
  });

  it('whose passwords live for a known time is told so: the ledger knows when one has expired', async () => {
    const services: ChallengeService[] = [];
    const sources = createChallengeSources({
      now,
      ledger: (service) => {
        services.push(service);
        return {
          begin: () => ({ kind: 'full' }),
          outstanding: () => undefined,
          routerShows: () => undefined,
        };
      },
    });
    sources.for(authority({ kind: 'command', argv: ['mint'], validityMs: 60_000 }));
    sources.for({ ...authority({ kind: 'command', argv: ['mint'] }), name: 'other-ca' });
    expect(services.map(({ lifeMs }) => lifeMs)).toEqual([60_000, undefined]);

    const source = createChallengeSources({ now }).for(
      authority({ kind: 'command', argv: node('console.log("abc")'), validityMs: 60_000 }),
    );
    const challenge = await source.acquire(device(), trustpoint(), forever);
    expect(challenge.expiresAt).toEqual(new Date('2026-03-01T12:01:00Z'));
  });

  it.each([
    ['prints nothing', node(''), 'it is empty'],
    ['prints two lines', node('console.log("one\\ntwo")'), 'printed 2 lines instead of one'],
    ['prints too much', node('console.log("x".repeat(70000))'), 'printed too much'],
    ['prints a bell', node('console.log("a\\x07")'), 'it holds a control character'],
    ['does not exist', ['/nonexistent/program'], 'was not found'],
    ['may not be executed', ['/dev/null'], 'may not be executed'],
    ['ends itself by a signal', node('process.kill(process.pid, "SIGTERM")'), 'failed (SIGTERM)'],
  ])('that %s is an error in words', async (_, argv, words) => {
    const error = await failureOf(acquire(argv));
    expect(error.code).toBe('challenge-unavailable');
    expect(error.message).toContain(words);
  });

  it('that does not end is killed, even when a child of it keeps the output open', async () => {
    const code =
      'require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 5000)"], { stdio: "inherit" }); process.on("SIGTERM", () => {})';
    const mint = commandMint({ argv: node(code) }, 'the command', { timeoutMs: 300 });
    const outcome = await mint.mint(device(), trustpoint(), forever);
    expect(outcome).toMatchObject({
      kind: 'refused',
      error: { message: expect.stringContaining('did not end within 0.3s') },
      perhapsMinted: true,
    });
  });

  it('is stopped with its device', async () => {
    const leaving = new AbortController();
    const left = failureOf(acquire(node('setTimeout(() => {}, 60000)'), leaving.signal));
    leaving.abort();
    expect((await left).code).toBe('interrupted');
  });

  it('is not run again for a challenge that came back unused', async () => {
    const source = createChallengeSources({ now }).for(
      authority({ kind: 'command', argv: node('console.log(process.hrtime.bigint().toString())') }),
    );
    const first = await source.acquire(device(), trustpoint(), forever);
    first.release();
    const again = await source.acquire(device(), trustpoint(), forever);
    expect(again.password?.reveal()).toBe(first.password?.reveal());
    again.spent();
    const fresh = await source.acquire(device(), trustpoint(), forever);
    expect(fresh.password?.reveal()).not.toBe(first.password?.reveal());
  });
});

function acquire(argv: readonly string[], signal = forever) {
  return createChallengeSources({ now })
    .for(authority({ kind: 'command', argv }))
    .acquire(device(), trustpoint(), signal);
}
