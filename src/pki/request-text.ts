import { isCutOff } from './der-length.ts';
import { RequestError } from './request-errors.ts';

const BEGIN = /^-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----$/;
const END = /^-----END (?:NEW )?CERTIFICATE REQUEST-----$/;
/** What a router prints around a request without PEM lines (IOS command reference, crypto pki enroll). */
const HEADING = /^Certificate Request follows:$/i;
const CLOSING = /^---End - This line not part of the certificate request---$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$|^={1,2}$/;

/**
 * The DER of every request in a text, in order: PEM blocks (RFC 7468, and the older label with NEW), base64 as
 * routers print it before their closing line, or base64 and nothing else. Lines in between that are no base64, such as a
 * router's log, are passed over. Throws a RequestError: `absent` for a text without one, `truncated` where a
 * beginning has no end, `unreadable` where the lines are no base64.
 */
export function requestsInText(text: string): readonly Uint8Array[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  const found = lines.some((line) => [BEGIN, END, HEADING, CLOSING].some((mark) => mark.test(line)))
    ? markedRequests(lines)
    : bareRequest(lines);
  if (found.length === 0) throw new RequestError('absent');
  return found.map(decodeBase64);
}

type Inside = 'nothing' | 'pem' | 'printed';

function markedRequests(lines: readonly string[]): readonly string[] {
  const found: string[] = [];
  let inside: Inside = 'nothing';
  let collected = '';
  let foundInside = false;
  for (const line of lines) {
    if (BEGIN.test(line)) {
      if (inside === 'pem' || collected !== '')
        throw new RequestError('truncated', 'another one begins in it');
      inside = 'pem';
    } else if (END.test(line)) {
      if (inside !== 'pem') throw new RequestError('truncated', 'its first line is missing');
      found.push(collected);
      [inside, collected, foundInside] = ['nothing', '', true];
    } else if (HEADING.test(line)) {
      if (inside !== 'nothing') throw new RequestError('truncated', 'another one begins in it');
      [inside, collected, foundInside] = ['printed', '', false];
    } else if (CLOSING.test(line)) {
      if (inside === 'pem') throw new RequestError('truncated', 'its last line is missing');
      // A router that prints PEM lines puts its own closing line behind them.
      if (collected !== '') found.push(collected);
      else if (!foundInside) throw new RequestError('truncated', 'nothing stands before its closing line');
      [inside, collected, foundInside] = ['nothing', '', false];
    } else if (BASE64.test(line) && !(foundInside && inside === 'nothing')) collected += line;
  }
  if (inside === 'pem') throw new RequestError('truncated', 'its last line is missing');
  if (inside === 'printed') throw new RequestError('truncated', 'its closing line is missing');
  return found;
}

function bareRequest(lines: readonly string[]): readonly string[] {
  const filled = lines.filter((line) => line !== '');
  return filled.length > 0 && filled.every((line) => BASE64.test(line)) ? [filled.join('')] : [];
}

function decodeBase64(text: string): Uint8Array {
  if (text === '') throw new RequestError('truncated', 'nothing stands between its lines');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new RequestError('unreadable', 'its lines are no base64');
  const der = new Uint8Array(Buffer.from(text, 'base64'));
  if (isCutOff(der)) throw new RequestError('truncated', 'fewer bytes are there than it says itself');
  return der;
}
