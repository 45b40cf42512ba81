import { save } from '../../ios/dialogues/save.ts';
import type { StepContext } from './context.ts';

/** Writes the startup configuration. Throws DeviceError `not-saved`. */
export async function saveConfiguration(
  { session, allowOverwriteNvram }: StepContext,
  note: (text: string) => void,
): Promise<void> {
  await save(session, { allowOverwriteNvram });
  note('startup configuration written');
}
