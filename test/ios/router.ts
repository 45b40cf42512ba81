import { Channel } from '../../src/dialogue/channel.ts';
import type { Habits } from '../../src/dialogue/habits.ts';
import { Transcript } from '../../src/dialogue/transcript.ts';
import type { Device } from '../../src/domain/device.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { iosHabits } from '../../src/ios/habits.ts';
import { readPrompt } from '../../src/ios/modes.ts';
import { openSession, type Session } from '../../src/ios/session.ts';
import { Terminal } from '../../src/ios/terminal.ts';
import { loadScript, parseScript, type Step } from '../dialogue/script.ts';
import { ScriptedTransport, type Split } from '../dialogue/scripted-transport.ts';

export const SPLITS: readonly Split[] = ['bytes', 'whole'];

/** A device with short deadlines, for conversations with a scripted router. */
export function scriptedDevice(ssh: Partial<Device['ssh']> = {}, command = 2_000): Device {
  return {
    name: 'gw-1',
    host: '192.0.2.1',
    port: 22,
    fqdn: 'gw-1.example.net',
    groups: [],
    tags: [],
    vars: {},
    ssh: { username: 'netops', knownHosts: '/nowhere', algorithms: 'modern', ...ssh },
    timeouts: { connect: 2_000, login: 2_000, command, keygen: 2_000, device: 10_000 },
    clock: {
      timezone: { name: 'UTC', offsetMinutes: 0 },
      ntp: { servers: [], keys: [] },
      ntpWaitMs: 0,
      maxSkewMs: 0,
    },
    trustpoints: [],
  };
}

export interface Scripted {
  readonly transport: ScriptedTransport;
  readonly transcript: Transcript;
  readonly session: Session;
}

export interface ScriptedOptions {
  readonly split?: Split;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly lockPauseMs?: number;
}

/** A session with a router that follows `test/transcripts/<name>.txt`, or steps of one's own. */
export async function openScripted(
  script: string | readonly Step[],
  { split = 'whole', device = scriptedDevice(), signal, lockPauseMs = 0 }: ScriptedOptions = {},
): Promise<Scripted> {
  const transport = new ScriptedTransport(typeof script === 'string' ? loadScript(script) : script, split);
  const transcript = new Transcript();
  const session = await openSession({
    device,
    transport,
    transcript,
    lockPauseMs,
    ...(signal === undefined ? {} : { signal }),
  });
  return { transport, transcript, session };
}

/** What happens up to the first command: prompt twice, pager off, wide terminal. */
export function opening(hostname: string, rest: string): Step[] {
  const prompt = `<_ ${hostname}#`;
  return parseScript(
    [prompt, '>', prompt, '> terminal length 0', prompt, '> terminal width 511', prompt, rest].join('\n'),
  );
}

/** Only the conversations of a session, at `R1(config)#` and quick about silence: for properties with many runs. */
export function conversationsOnly(
  steps: readonly Step[],
  split: Split,
  silence: Pick<Habits, 'quietMs' | 'reprintMs'> = { quietMs: 25 },
): Pick<Scripted, 'session' | 'transport'> {
  const transport = new ScriptedTransport(steps, split);
  const channel = new Channel(transport, { habits: iosHabits() });
  const prompt = readPrompt('R1(config)#');
  if (prompt === undefined) throw new Error('no prompt');
  const terminal = new Terminal(channel, prompt, { timeoutMs: 2_000 });
  channel.habits = { ...channel.habits, ...silence };
  const unused = (): never => {
    throw new Error('conversations only');
  };
  const session: Session = {
    hostname: 'R1',
    signal: undefined,
    show: unused,
    ask: unused,
    configure: unused,
    converse: (dialogue) => terminal.converse(dialogue),
    onSyslog: (listener) => channel.onSyslog(listener),
    expectReload: () => undefined,
    foresee: () => undefined,
    tell: () => Promise.resolve(),
    close: () => Promise.resolve(channel.close()),
  };
  return { session, transport };
}

/** The DeviceError that a promise rejects with; anything else is thrown on. */
export async function deviceError(promise: Promise<unknown>): Promise<DeviceError> {
  const thrown: unknown = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (thrown instanceof DeviceError) return thrown;
  throw thrown;
}

export function secret(value: string): Secret {
  return Secret.acquired(value, 'this test');
}
