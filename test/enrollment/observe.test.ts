import { describe, expect, it } from 'vitest';
import { type Needed, observe } from '../../src/enrollment/observe.ts';
import type { Session } from '../../src/ios/session.ts';
import { NOW } from './world.ts';

const SOUND: Readonly<Record<string, string>> = {
  'show version':
    'Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.7(3)M8, RELEASE SOFTWARE (fc1)',
  'show clock detail': '00:00:00.000 UTC Mon Jun 1 2026\nTime source is NTP',
  'show clock': '00:00:00.000 UTC Mon Jun 1 2026',
  'show ntp status': 'Clock is synchronized, stratum 3, reference is 192.0.2.1',
  'show running-config | section crypto pki': '',
};
const CUT_SHORT = `crypto pki certificate chain OTHER
 certificate ca 01
  30820321 30820209 A0030201
  \tquit
`;

function needing(...names: string[]): Needed {
  return { trustpoints: names, keypairs: names };
}

const CUT_KEY = `% Key pair was generated at: 00:54:49 UTC Sep 21 2025
Key name: HARDWARE
 Usage: General Purpose Key
 Key Data:
  30820122 300D0609 2A86
`;

describe('what a router shows', () => {
  it('is read where AAA permits only the short form of show clock', async () => {
    const { 'show clock detail': _denied, ...rest } = SOUND;
    const { clock } = await observe(routerThatSays(rest), () => NOW, needing('BRANCH'));
    expect(clock).toMatchObject({ authority: 'authoritative', local: NOW, zone: 'UTC' });
    expect(clock.source).toBeUndefined();
  });

  it('may hold a certificate of somebody else that nobody can read, and says so', async () => {
    const router = routerThatSays({ ...SOUND, 'show running-config | section crypto pki': CUT_SHORT });
    const { running } = await observe(router, () => NOW, needing('BRANCH'));
    expect(running.chains).toEqual([{ trustpoint: 'OTHER', certificates: [] }]);
    expect(running.notUnderstood).toEqual([expect.stringContaining('certificate chain of OTHER')]);
  });

  it('may hold a key of somebody else that nobody can read, and none of ours', async () => {
    const router = routerThatSays({ ...SOUND, 'show crypto key mypubkey rsa': CUT_KEY });
    const { keypairs } = await observe(router, () => NOW, needing('BRANCH'));
    expect(keypairs).toMatchObject([{ label: 'HARDWARE', type: 'other', bits: 0 }]);
    expect(keypairs[0]?.notUnderstood).toEqual([expect.stringContaining('cut short or damaged: HARDWARE')]);
    await expect(observe(router, () => NOW, needing('HARDWARE'))).rejects.toMatchObject({
      code: 'output-unreadable',
    });
  });

  it('must not hold such a certificate of our own', async () => {
    const router = routerThatSays({ ...SOUND, 'show running-config | section crypto pki': CUT_SHORT });
    await expect(observe(router, () => NOW, needing('BRANCH', 'OTHER'))).rejects.toMatchObject({
      code: 'output-unreadable',
    });
  });
});

/** Refuses every command it has no reply to; most of them say nothing on an empty router. */
function routerThatSays(replies: Readonly<Record<string, string>>): Session {
  const reply = (command: string): string | undefined =>
    replies[command] ?? (command.startsWith('show clock') ? undefined : '');
  return {
    hostname: 'br-0001',
    signal: undefined,
    show: async (command) => {
      const text = reply(command);
      if (text === undefined) throw new Error(`${command} is not permitted`);
      return text;
    },
    ask: async (command) => {
      const text = reply(command);
      if (text !== undefined) return { text };
      const line = 'Command authorization failed.';
      return { text: line, refusal: { kind: 'authorization', line, code: 'command-not-authorized' } };
    },
    configure: async () => undefined,
    converse: () => Promise.reject(new Error('nothing is typed here')),
    onSyslog: () => () => undefined,
    expectReload: () => undefined,
    foresee: () => undefined,
    tell: () => Promise.resolve(),
    close: async () => undefined,
  };
}
