import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { Redactor } from '../../src/log/redact.ts';

const redactor = new Redactor();
afterAll(() => redactor.close());

let count = 0;
/** A secret nobody else has. */
function fresh(): string {
  count += 1;
  return `Zq${count}-${'xK7%"&é'.repeat(2)}`;
}

/** Opens a value as a secret and returns it. */
function known(value: string): string {
  return Secret.acquired(value, 'this test').reveal();
}

describe('the redactor', () => {
  it('knows a secret from the moment it is opened', () => {
    const value = fresh();
    expect(redactor.redact(`before ${value} after`)).toContain(value);
    known(value);
    expect(redactor.redact(`before ${value} after`)).toBe('before [redacted] after');
  });

  it('finds the usual encodings', () => {
    const value = known(fresh());
    const utf8 = Buffer.from(value);
    const encodings = [
      JSON.stringify({ value }),
      encodeURIComponent(value),
      new URLSearchParams({ value }).toString(),
      utf8.toString('hex'),
      utf8.toString('hex').toUpperCase(),
      utf8.toString('base64'),
      utf8.toString('base64url'),
      Buffer.from(value, 'utf16le').toString('base64'),
      `<p>${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}</p>`,
    ];
    for (const text of encodings) expect(redactor.redact(text)).toContain('[redacted]');
  });

  it('finds a password in an Authorization header, whatever the user is called', () => {
    const value = known('Corr3ct-Horse-Battery');
    for (const user of ['a', 'ab', 'abc', 'abcd']) {
      const header = Buffer.from(`${user}:${value}`).toString('base64');
      const shown = redactor.redact(header);
      expect(shown).toContain('[redacted]');
      // What is left of it gives away the user and two characters at most.
      expect(Buffer.from(shown.replace('[redacted]', ''), 'base64').toString()).not.toContain('orr3');
    }
  });

  it('finds a secret that a terminal broke over lines', () => {
    known('8F00A1B2C3D4E5F6');
    expect(redactor.redact('password 8F00A1B2\r\nC3D4E5F6 ok')).toBe('password [redacted] ok');
  });

  it('finds the single lines of a private key and leaves the frame', () => {
    const body = ['MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn', 'ygWyF8PbnGy0AHB7MhNVq1jX3Kq8XyT'];
    known(`-----BEGIN RSA PRIVATE KEY-----\n${body.join('\n')}\n-----END RSA PRIVATE KEY-----\n`);
    expect(redactor.redact(`-----BEGIN RSA PRIVATE KEY-----\n> ${body[1]}`)).toBe(
      '-----BEGIN RSA PRIVATE KEY-----\n> [redacted]',
    );
  });

  it('replaces a short secret only where it stands as a word', () => {
    known('q9z');
    expect(redactor.redact('password q9z, aq9z q9zb xq9z1')).toBe('password [redacted], aq9z q9zb xq9z1');
    const stream = redactor.stream();
    expect(stream.write('gw1#')).toBe('gw1#');
    expect(`${stream.write(' aq9z q')}${stream.write('9')}${stream.write('z')}${stream.flush()}`).toBe(
      ' aq9z [redacted]',
    );
  });

  it('lets no secret through, however the text is split', () => {
    // Characters that are not in the replacement, so that it cannot make up a secret.
    const secret = fc.stringMatching(/^[A-Z0-9%"\\ -]{4,24}$/);
    const filler = fc.stringMatching(/^[A-Z0-9 \n]{0,12}$/);
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        fc.array(filler, { minLength: 2, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (secrets, fillers, sizes) => {
          for (const value of secrets) known(value);
          const text = fillers.map((gap, index) => `${gap}${secrets[index % secrets.length]}`).join('');
          const stream = redactor.stream();
          let shown = '';
          for (let at = 0, turn = 0; at < text.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            shown += stream.write(text.slice(at, at + size));
            at += size;
          }
          shown += stream.flush();
          for (const value of secrets) {
            expect(shown).not.toContain(value);
            expect(shown).not.toContain(JSON.stringify(value).slice(1, -1));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('leaves ordinary text alone however many one-time passwords it knows', () => {
    const own = new Redactor();
    for (let device = 0; device < 2_000; device += 1) {
      known(
        `${device.toString(16).padStart(4, '0')}A7C1D9E2F3B48506${device.toString(16).padStart(12, 'C')}`.toUpperCase(),
      );
    }
    const text = 'interface GigabitEthernet0/1\n ip address 192.0.2.1 255.255.255.0\n'.repeat(3_000);
    expect(own.redact(text)).toBe(text);
    own.close();
  });
});
