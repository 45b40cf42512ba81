import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { DeviceError, InputError } from '../domain/errors.ts';
import type { Io } from './io.ts';

/**
 * Asks the operator for a secret; what is typed is not shown. Rejects with InputError when there is no terminal to
 * ask at or nothing was answered, and with DeviceError `interrupted` on Ctrl-C.
 */
export async function askSecret(text: string, io: Io): Promise<string> {
  const problem = (message: string): InputError =>
    new InputError([
      { file: 'terminal', key: text, message, hint: 'refer to it by env, file or command in the inventory' },
    ]);
  if (io.stdin.isTTY !== true) throw problem('cannot be asked for: standard input is no terminal');

  io.stderr.write(`${text}: `);
  const reader = createInterface({ input: io.stdin, output: nowhere(), terminal: true });
  try {
    const answer = await new Promise<string | undefined>((resolve, reject) => {
      reader.once('line', resolve);
      reader.once('SIGINT', () => reject(new DeviceError('interrupted', 'stopped by Ctrl-C')));
      reader.once('close', () => resolve(undefined));
    });
    if (answer === undefined || answer === '') throw problem('was not answered');
    return answer;
  } finally {
    reader.close();
    io.stderr.write('\n');
  }
}

/** Where the echo goes. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
