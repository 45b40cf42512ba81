import { describe, expect, it } from 'vitest';
import { labCast, labRouters } from '../../src/cli/lab-cast.ts';
import { InputError } from '../../src/domain/errors.ts';

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof InputError)
      return thrown.problems.map(({ message, hint }) => `${message}: ${hint}`);
    throw thrown;
  }
  return [];
}

describe('trustfleet lab --release', () => {
  it('takes the place of --routers', () => {
    expect(labRouters({ routers: 5, release: undefined })).toEqual({ routers: 5 });
    expect(labRouters({ routers: 5, release: ['12.4:3', '17.9'] })).toEqual({
      routers: 4,
      releases: [
        { release: '12.4', count: 3 },
        { release: '17.9', count: 1 },
      ],
    });
  });

  it.each(['12.3:1', '15.7:0', '15.7:x', ''])('refuses %j and says what there is', (text) => {
    expect(problemsOf(() => labRouters({ routers: 5, release: [text] }))).toEqual([
      `"${text}" is no release and number: such as 15.7:5; there are 12.2, 12.4, 15.2, 15.7, 16.9, 17.9, 17.16`,
    ]);
  });
});

describe('trustfleet lab --fault', () => {
  it('gives faults and a state to single routers', () => {
    expect(labCast(['br-0002:syslog-storm', 'br-0002:expired', 'br-0002:re-asks'], 3)).toEqual({
      'br-0002': { faults: ['syslog-storm', 're-asks'], state: 'expired' },
    });
  });

  it('tells everything that is wrong at once', () => {
    expect(problemsOf(() => labCast(['br-0004:re-asks', 'br-0001:syslog-strom', 'br-0001'], 3))).toEqual([
      '"br-0004:re-asks" names no router of this lab: such as br-0002:syslog-storm',
      '"br-0001:syslog-strom" names no fault: did you mean syslog-storm?',
      expect.stringMatching(/^"br-0001" names no fault: there are /),
    ]);
  });
});
