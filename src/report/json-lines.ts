import type { Reporter, RunEvent } from '../run/events.ts';
import { countOutcomes, digestsOf } from '../run/result.ts';
import type { Terminal } from './terminal.ts';

/**
 * Each event of a run as one line of JSON, for programs that watch it. What a person would be told comes as events too,
 * of type `message`, so every line can be parsed. The end has counts in place of all devices, which were told one by one.
 */
export function createJsonLines({ stream }: Terminal): Reporter {
  return {
    onEvent(event: RunEvent): void {
      if (event.type !== 'run-finished') {
        stream.write(`${JSON.stringify(event)}\n`);
        return;
      }
      const { devices, ...run } = event.result;
      const result = { ...run, counts: countOutcomes(digestsOf(devices)) };
      stream.write(`${JSON.stringify({ ...event, result })}\n`);
    },
  };
}

/** A terminal whose texts become events of type `message`. Secrets are taken out before, so that no password can break the JSON. */
export function asJsonLines(terminal: Terminal, now: () => Date): Terminal {
  return {
    ...terminal,
    canRedraw: false,
    write: (lines) => {
      const at = now();
      const written = lines.map(
        (line) => `${JSON.stringify({ type: 'message', text: terminal.safe(line), at })}\n`,
      );
      if (written.length > 0) terminal.stream.write(written.join(''));
    },
  };
}
