import { configurationLines, unreadable } from './output.ts';

const COMMAND = 'show running-config | include ^ip http';

/**
 * The `ip http …` lines of the running configuration, blanks made single. Throws DeviceError `output-unreadable` on any
 * other line.
 */
export function readHttpsLines(text: string): string[] {
  return configurationLines(text)
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .map((line) => {
      if (!/^ip http\b/.test(line)) throw unreadable(COMMAND, line, 'no line of the HTTP server');
      return line;
    });
}
