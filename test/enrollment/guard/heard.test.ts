import { describe, expect, it } from 'vitest';
import { remembering } from '../../../src/enrollment/guard/heard.ts';
import type { Session } from '../../../src/ios/session.ts';

/** A session that says what reached it, and before that what was told of it. */
function aSession() {
  const story: string[] = [];
  const session: Session = {
    hostname: 'br-1',
    signal: undefined,
    show: async (command) => {
      story.push(command);
      return `the answer to ${command}`;
    },
    ask: async (command) => {
      story.push(command);
      return { text: `the answer to ${command}` };
    },
    configure: async () => void story.push('lines'),
    converse: async () => {
      story.push('a dialogue');
      return { text: '', prompt: 'br-1#', asked: [], syslog: [] };
    },
    onSyslog: (_, extent) => {
      story.push(`log lines, ${extent}`);
      return () => undefined;
    },
    expectReload: () => undefined,
    foresee: () => undefined,
    tell: () => Promise.resolve(),
    close: async () => undefined,
  };
  return { story, ...remembering(session, () => story.push('typing')) };
}

describe('a session that is listened to', () => {
  it('hears as much of a log message as was asked for', () => {
    const { session, story } = aSession();
    session.onSyslog(() => undefined, 'begun');
    expect(story).toEqual(['log lines, begun']);
  });

  it('tells before anything but a show command is typed', async () => {
    const { session, story } = aSession();
    await session.show('show clock');
    await session.ask('show ntp status');
    expect(story).toEqual(['show clock', 'show ntp status']);

    story.length = 0;
    await session.ask('clock set 02:00:00 21 November 2026');
    await session.configure([]);
    expect(story).toEqual(['typing', 'clock set 02:00:00 21 November 2026', 'typing', 'lines']);
  });

  it('has what show commands said', async () => {
    const { session, heard } = aSession();
    await session.show('show clock');
    await session.ask('ping 192.0.2.1');
    expect([...heard]).toEqual([['show clock', 'the answer to show clock']]);
  });
});
