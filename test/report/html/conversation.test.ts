import { describe, expect, it } from 'vitest';
import { readConversation, readingTime } from '../../../src/report/html/conversation.js';

describe('a conversation on the page', () => {
  it('is read as a run keeps it', () => {
    const text = [
      '# trustfleet 0.1.0',
      '',
      '09:30:01.204 < br-0001#',
      '09:30:01.205 > show clock',
      '09:30:02.410 * accept-ca-certificate: yes',
      '09:30:02.411 <',
      'no line of a transcript',
    ].join('\n');
    expect(readConversation(text)).toEqual([
      { time: '09:30:01.204', kind: 'heard', text: 'br-0001#' },
      { time: '09:30:01.205', kind: 'typed', text: 'show clock' },
      { time: '09:30:02.410', kind: 'decided', text: 'accept-ca-certificate: yes' },
      { time: '09:30:02.411', kind: 'heard', text: '' },
    ]);
  });

  it('lingers on what was typed and decided, and hurries through output', () => {
    const text = 'x'.repeat(80);
    const time = (kind: 'heard' | 'typed' | 'decided', said = text): number =>
      readingTime({ time: '', kind, text: said });
    expect(time('heard')).toBeLessThan(time('typed'));
    expect(time('heard', '')).toBeGreaterThan(0);
    expect(time('decided', 'x'.repeat(10_000))).toBeLessThan(5_000);
  });
});
