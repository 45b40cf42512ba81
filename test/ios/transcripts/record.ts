import { Transcript } from '../../../src/dialogue/transcript.ts';
import { readTranscript, type SavedTranscript } from '../../../src/dialogue/transcript-reader.ts';
import { toDeviceError } from '../../../src/domain/errors.ts';
import { openSession, type Session } from '../../../src/ios/session.ts';
import type { Step } from '../../dialogue/script.ts';
import { ScriptedTransport } from '../../dialogue/scripted-transport.ts';
import { scriptedDevice } from '../router.ts';

export interface Recording {
  /** The transcript's file, as it would be written. */
  readonly file: string;
  readonly saved: SavedTranscript;
  /** The result as JSON, or the error's code. */
  readonly outcome: string;
  readonly transport: ScriptedTransport;
}

/** Lets `act` talk to a router that follows the steps, and keeps what the transcript's file would hold. */
export async function record(
  steps: readonly Step[],
  act: (session: Session) => Promise<unknown>,
  device = scriptedDevice(),
): Promise<Recording> {
  const pieces: string[] = [];
  const header = {
    device: 'gw-1',
    host: '192.0.2.1:22',
    startedAt: new Date('2026-03-01T09:30:00Z'),
    version: '0',
  };
  const transcript = new Transcript({ header, sink: (text) => pieces.push(text) });
  const transport = new ScriptedTransport(steps, 'whole');
  let outcome: string;
  try {
    const session = await openSession({ device, transport, transcript, lockPauseMs: 0 });
    outcome = await act(session).then(
      (result) => `result ${JSON.stringify(result)}`,
      (thrown: unknown) => toDeviceError(thrown).code,
    );
    await session.close();
  } catch (thrown) {
    outcome = toDeviceError(thrown).code;
  }
  transcript.close();
  const file = pieces.join('');
  return { file, saved: readTranscript(file, 'gw-1.txt'), outcome, transport };
}
