import { describe, expect, it } from 'vitest';
import { judgeClock } from '../../src/enrollment/trusted-clock.ts';
import type { Clock } from '../../src/ios/show/clock.ts';
import { DEVICE, NOW } from './world.ts';

const SETTINGS = DEVICE.clock;
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000);

function judge(clock: Partial<Clock>, synchronized = false, timeLines: readonly string[] = []) {
  const reading = {
    authority: 'authoritative',
    local: NOW,
    zone: 'UTC',
    notUnderstood: [],
    ...clock,
  } as const;
  return judgeClock({ clock: reading, ntp: { enabled: true, synchronized }, at: NOW }, timeLines, SETTINGS);
}

describe('judgeClock', () => {
  it('trusts a clock that is set and near ours', () => {
    expect(judge({ local: minutes(4) })).toMatchObject({ trusted: true, disputed: false });
  });

  it('trusts a clock that lost its NTP server but still agrees', () => {
    expect(judge({ authority: 'lost-sync' })).toMatchObject({ trusted: true });
  });

  it('does not trust a clock that was never set, however right it looks', () => {
    expect(judge({ authority: 'not-authoritative' })).toMatchObject({ trusted: false, disputed: false });
  });

  it('does not trust a clock too far from ours', () => {
    expect(judge({ local: minutes(-6) })).toMatchObject({ trusted: false, disputed: false });
  });

  it('calls it a dispute when NTP vouches for another time', () => {
    expect(judge({ local: minutes(90) }, true)).toMatchObject({ trusted: false, disputed: true });
  });

  it('does not trust a time in a zone that no line explains', () => {
    expect(judge({ zone: 'Moscow' })).toMatchObject({ trusted: false });
    expect(judge({ zone: 'Moscow', local: minutes(180) }, true, ['clock timezone Moscow 3 0'])).toMatchObject(
      { trusted: true },
    );
  });
});
