import { describe, expect, it } from 'vitest';
import { matchAtEnd } from '../../src/dialogue/match-at-end.ts';
import {
  gluedPromptOf,
  isForeignPrompt,
  MODES,
  promptOf,
  readPrompt,
  stepTowards,
} from '../../src/ios/modes.ts';

describe('a prompt', () => {
  it.each([
    ['R1>', 'user-exec', undefined],
    ['R1#', 'privileged-exec', undefined],
    ['dc1-sw.lab_2#', 'privileged-exec', undefined],
    ['R1(config)#', 'configuration', 'config'],
    ['R1(ca-trustpoint)#', 'configuration', 'ca-trustpoint'],
    ['R1(config-pki-hexmode)#', 'configuration', 'config-pki-hexmode'],
    ['R1(cs-server)# ', 'configuration', 'cs-server'],
  ])('%s tells the mode', (text, mode, submode) => {
    expect(readPrompt(text)).toMatchObject({ mode, ...(submode === undefined ? {} : { submode }) });
  });

  it.each([
    'R1(tcl)#',
    'R1(boot)#',
    'R1(recovery-mode)>',
    'two words#',
    'R1',
    '',
    'Password:',
    '#',
    'R1(config)>',
  ])('is not read from %j', (text) => {
    expect(readPrompt(text)).toBeUndefined();
  });

  it.each(['rommon 1 >', 'R1(tcl)#', '+>', '[guestshell@guestshell ~]$', 'R1(maint-mode)#'])(
    '%s belongs to something else',
    (text) => {
      expect(isForeignPrompt(text)).toBe(true);
    },
  );

  it('of a known router is cut in configuration mode only', () => {
    const pattern = promptOf(['annecy-gateway-of-the-lakes']);
    const matching = [
      'annecy-gateway-of-the-lakes#',
      'annecy-gateway-of-t(config)#',
      'annecy-gateway-o(ca-trustpoint)# ',
    ];
    for (const text of matching) expect(matchAtEnd(pattern, text)?.[0]).toBe(text);
    for (const text of [
      'annecy-gateway-of-t#',
      'annecy(config)#',
      'x annecy-gateway-of-the-lakes#',
      'annecy-gateway-of-the-lakes(config)>',
      'other#',
    ]) {
      expect(matchAtEnd(pattern, text)).toBeUndefined();
    }
  });

  it('is a literal, whatever the host name holds', () => {
    expect(matchAtEnd(promptOf(['r.1']), 'rx1#')).toBeUndefined();
    expect(gluedPromptOf(['r.1'])?.exec('enabledr.1#')?.index).toBe(7);
    expect(gluedPromptOf(['r.1'])?.exec('a log line that quotes r.1#')).toBeNull();
    expect(gluedPromptOf([])).toBeUndefined();
  });

  it('is found glued to a log line under either name while the router is renamed', () => {
    const glued = gluedPromptOf(['annecy-gateway-of-the-lakes', 'lyon']);
    expect(glued?.exec('configured from consolelyon#')?.index).toBe(23);
    expect(glued?.exec('up.annecy-gateway-of-t(config)#end')?.index).toBe(3);
    expect(glued?.exec('annecy-gateway-of-t is up, nothing else')).toBeNull();
    expect(glued?.exec('nvram:IssuingCA#2CA.cer of lyon')).toBeNull();
  });
});

describe('the way between two modes', () => {
  it('ends in the target from everywhere', () => {
    const after: Record<string, string> = {
      'user-exec enable': 'privileged-exec',
      'privileged-exec configure terminal': 'configuration',
      'privileged-exec disable': 'user-exec',
      'configuration end': 'privileged-exec',
    };
    for (const from of MODES) {
      for (const to of MODES) {
        let mode: string = from;
        for (let step = stepTowards(from, to); step !== undefined; ) {
          mode = after[`${mode} ${step}`] ?? 'nowhere';
          step = stepTowards(mode as (typeof MODES)[number], to);
        }
        expect(mode).toBe(to);
      }
    }
  });
});
