import { ScepError } from '../scep/index.ts';
import type { Tried } from './facts.ts';

/** Runs something once and keeps how it went. Throws only the reason of the signal. */
export async function tried<Value>(signal: AbortSignal, act: () => Promise<Value>): Promise<Tried<Value>> {
  signal.throwIfAborted();
  const start = performance.now();
  const milliseconds = (): number => Math.round(performance.now() - start);
  try {
    const value = await act();
    return { value, milliseconds: milliseconds() };
  } catch (error) {
    signal.throwIfAborted();
    return { failed: reasonOf(error), milliseconds: milliseconds() };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ScepError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND') return 'the name does not exist';
  if (code === 'EAI_AGAIN') return 'no name server answers';
  if (code === 'ECONNREFUSED') return 'the connection is refused: nothing listens there';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'there is no route';
  if (code === 'ABORT_ERR' || code === 'ETIMEDOUT') return 'no answer in time';
  return error instanceof Error ? error.message : String(error);
}
