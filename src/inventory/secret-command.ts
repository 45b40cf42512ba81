import { spawn } from 'node:child_process';

const LONGEST_RUN_MS = 120_000;
const LONGEST_SECRET = 1_000_000;
const LONGEST_COMPLAINT = 500;

/**
 * Runs a program without a shell and takes what it prints as the secret, one line end at its end cut. A failure tells the
 * exit status and the error output, never what was printed. Ends the program after two minutes.
 */
export function runForSecret(
  argv: readonly string[],
): Promise<{ readonly value: string } | { readonly problem: string }> {
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_RUN_MS });
    const printed: Buffer[] = [];
    let size = 0;
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LONGEST_SECRET) child.kill();
      else printed.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < LONGEST_COMPLAINT) complaint += chunk.toString('utf8');
    });
    child.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.message;
      const reason = code === 'ENOENT' ? 'there is no such program' : code;
      resolve({ problem: `the program ${program} could not be run: ${reason}` });
    });
    child.once('close', (status, signal) => {
      if (size > LONGEST_SECRET) resolve({ problem: `the program ${program} printed more than a secret` });
      else if (status === 0)
        resolve({
          value: Buffer.concat(printed)
            .toString('utf8')
            .replace(/\r?\n$/, ''),
        });
      else resolve({ problem: `the program ${program} ${ending(status, signal)}${oneLine(complaint)}` });
    });
  });
}

function ending(status: number | null, signal: string | null): string {
  return status === null ? `was ended by ${signal ?? 'a signal'}` : `ended with status ${status}`;
}

function oneLine(complaint: string): string {
  const text = complaint.trim().slice(0, LONGEST_COMPLAINT).replace(/\s+/g, ' ');
  return text === '' ? '' : `: ${text}`;
}
