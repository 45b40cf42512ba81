import { DeviceError } from '../../domain/errors.ts';
import type { TftpServing } from '../../domain/method.ts';
import type { StepContext } from '../steps/context.ts';
import { type TftpFiles, TftpServers } from './tftp-files.ts';

/**
 * Does `act` while files stand on a TFTP server for a router. What was refused meanwhile explains what went wrong. Throws
 * DeviceError `tftp-failed` when there is no such server, or what `act` throws.
 */
export async function withFiles<T>(
  { device, tftp = new TftpServers() }: Pick<StepContext, 'device' | 'tftp'>,
  server: TftpServing,
  act: (files: TftpFiles) => Promise<T>,
): Promise<T> {
  await using files = await tftp.for(device, { server });
  try {
    return await act(files);
  } catch (thrown) {
    if (!(thrown instanceof DeviceError) || files.refused.length === 0) throw thrown;
    const news = files.refused.filter((line) => !thrown.detail.includes(line));
    throw new DeviceError(thrown.code, thrown.message, {
      detail: [thrown.detail, ...news].join('\n').trim(),
      hint: thrown.hint,
      cause: thrown,
    });
  }
}
