import type { DeviceError } from '../../src/domain/errors.ts';
import { openSession, type Session } from '../../src/ios/session.ts';
import type { Step } from '../dialogue/script.ts';
import { ScriptedTransport, type Split } from '../dialogue/scripted-transport.ts';
import { deviceError, scriptedDevice } from './router.ts';
import { inVirtualTime } from './virtual-time.ts';

const device = scriptedDevice({}, 20_000);

/**
 * Holds a whole session with a scripted router in virtual time: login, `act`, farewell. What `act` returns, and everything
 * typed. Throws an Error when the session departs from its script.
 */
export async function hold(
  steps: readonly Step[],
  act: (session: Session) => Promise<unknown>,
  split: Split,
): Promise<{ readonly result: unknown; readonly typed: string }> {
  const transport = new ScriptedTransport(steps, split);
  const result = await inVirtualTime(transport, () => work(transport, act));
  transport.finish();
  return { result, typed: transport.typed };
}

/** The same for a session that fails: its DeviceError, and everything typed, also where the script has no more steps. */
export async function holdInVain(
  steps: readonly Step[],
  act: (session: Session) => Promise<unknown>,
  split: Split,
): Promise<{ readonly error: DeviceError; readonly typed: string }> {
  const transport = new ScriptedTransport(steps, split);
  const error = await inVirtualTime(transport, () => deviceError(work(transport, act)));
  return { error, typed: transport.typed };
}

async function work(
  transport: ScriptedTransport,
  act: (session: Session) => Promise<unknown>,
): Promise<unknown> {
  const session = await openSession({ device, transport, lockPauseMs: 0 });
  try {
    return await act(session);
  } finally {
    await session.close();
  }
}
