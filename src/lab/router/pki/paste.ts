import type { CliSession } from '../commands/command.ts';

/** Everything that is pasted up to a blank line or the word `quit`. */
export async function readPaste(session: CliSession): Promise<readonly string[]> {
  const lines: string[] = [];
  for (;;) {
    const line = (await session.ask('')).trim();
    if (line === '' || line.toLowerCase() === 'quit') return lines;
    lines.push(line);
  }
}

/**
 * The octets of pasted base64, with or without PEM boundaries; what stands behind the first end boundary is left out.
 * Undefined when it is not base64.
 */
export function pastedBytes(lines: readonly string[]): Uint8Array | undefined {
  const end = lines.findIndex((line) => line.startsWith('-----END '));
  const text = lines
    .slice(0, end < 0 ? lines.length : end)
    .filter((line) => !line.startsWith('-----BEGIN '))
    .join('');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return new Uint8Array(Buffer.from(text, 'base64'));
}
