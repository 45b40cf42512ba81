import { configurationLines, unreadable } from './output.ts';

const COMMAND = 'show running-config | include ^clock|^ntp';

/**
 * The `clock …` and `ntp …` lines of the running configuration, blanks made single so that two spellings of
 * one line compare equal. Throws DeviceError `output-unreadable` on any other line.
 */
export function readTimeLines(text: string): string[] {
  return configurationLines(text)
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .map((line) => {
      if (!/^(?:clock|ntp) \S/.test(line)) throw unreadable(COMMAND, line, 'neither a clock nor an ntp line');
      return line;
    });
}
