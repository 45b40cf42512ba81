import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNetascii, toNetascii } from '../../src/tftp/netascii.ts';
import { decodePacket, encodePacket, type TftpPacket } from '../../src/tftp/packet.ts';
import { Receiver } from '../../src/tftp/receiver.ts';
import { Sender } from '../../src/tftp/sender.ts';
import type { Move, Side } from '../../src/tftp/side.ts';
import { agree, type Terms } from '../../src/tftp/terms.ts';

const terms = (blockSize: number, options: Readonly<Record<string, string>> = {}): Terms => ({
  blockSize,
  retransmitMs: 1000,
  options: new Map(Object.entries(options)),
});

const word = fc
  .string({ minLength: 1, maxLength: 20 })
  .map((text) => text.replace(/[\0\u0100-\uffff]/g, 'x').toLowerCase());
const options = fc
  .uniqueArray(fc.tuple(word, word), { maxLength: 4, selector: ([name]) => name })
  .map((all) => new Map(all));
const block = fc.integer({ min: 0, max: 65_535 });
const data = fc.uint8Array({ maxLength: 600 });
const packet: fc.Arbitrary<TftpPacket> = fc.oneof(
  fc.record({
    type: fc.constantFrom('read', 'write'),
    name: word,
    mode: fc.constantFrom('octet', 'netascii'),
    options,
  }),
  fc.record({ type: fc.constant('data'), block, data }),
  fc.record({ type: fc.constant('ack'), block }),
  fc.record({ type: fc.constant('error'), code: block, message: word }),
  fc.record({ type: fc.constant('oack'), options: options.filter((all) => all.size > 0) }),
) as fc.Arbitrary<TftpPacket>;

describe('a packet', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(packet, (each) => {
        expect(decodePacket(encodePacket(each))).toEqual(each);
      }),
    );
  });

  it('is one or none, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), fc.integer({ min: 0, max: 8 }), (bytes, opcode) => {
        const read = decodePacket(Uint8Array.from([0, opcode, ...bytes]));
        if (opcode === 0 || opcode > 6) expect(read).toBeUndefined();
      }),
    );
  });

  it.each<readonly [string, string]>([
    ['a request whose last text has no end', '\0\x01br-1.crt\0octet'],
    ['a request without a mode', '\0\x01br-1.crt\0'],
    ['a request without a name', '\0\x01\0octet\0'],
    ['a request with an option without a value', '\0\x01br-1.crt\0octet\0blksize\0'],
    ['a request of more than 512 bytes', `\0\x01${'x'.repeat(510)}\0octet\0`],
    ['two bytes', '\0\x04'],
  ])('is not %s', (_, text) => {
    expect(decodePacket(Buffer.from(text, 'latin1'))).toBeUndefined();
  });
});

describe('the terms of a transfer', () => {
  const limits = { largestBlock: 1428, retransmitMs: 1000, size: 77 };
  const request = (type: 'read' | 'write', wishes: Readonly<Record<string, string>>) =>
    ({ type, name: 'x', mode: 'octet', options: new Map(Object.entries(wishes)) }) as const;

  it.each<readonly [string, 'read' | 'write', Record<string, string>, Record<string, string>]>([
    ['none', 'read', {}, {}],
    ['a block size', 'read', { blksize: '1024' }, { blksize: '1024' }],
    ['a larger block size than fits', 'read', { blksize: '65464' }, { blksize: '1428' }],
    ['a block size out of range', 'read', { blksize: '7' }, {}],
    ['a block size that is none', 'read', { blksize: '1e3' }, {}],
    ['a wait', 'write', { timeout: '9' }, { timeout: '9' }],
    ['a wait out of range', 'write', { timeout: '256' }, {}],
    ['the size to read', 'read', { tsize: '0' }, { tsize: '77' }],
    ['the size to write', 'write', { tsize: '1234' }, { tsize: '1234' }],
    ['what nobody knows', 'read', { windowsize: '16' }, {}],
  ])('for %s', (_, type, wishes, answer) => {
    expect(Object.fromEntries(agree(request(type, wishes), limits).options)).toEqual(answer);
  });
});

describe('netascii', () => {
  it('gives back every file', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 10, 13, 65, 255)), (bytes) => {
        const file = Uint8Array.from(bytes);
        // A CR LF within a file and a LF are one and the same on this wire.
        const text = Buffer.from(file).toString('latin1').replaceAll('\r\n', '\n');
        expect(Buffer.from(fromNetascii(toNetascii(file))).toString('latin1')).toBe(text);
      }),
    );
  });
});

/** What a network does to the next packet. */
type Fate = 'arrives' | 'lost' | 'doubled' | 'late';
const fate = fc.constantFrom<Fate>('arrives', 'arrives', 'arrives', 'lost', 'doubled', 'late');

interface Journey {
  readonly outcomes: readonly string[];
  readonly sent: number;
}

/**
 * Carries packets between two sides as the fates say; when they are used up the network is perfect. Where nothing is
 * on its way both fall silent, as their timers would have it.
 */
function carry(sides: readonly [Side, Side], first: 0 | 1, fates: readonly Fate[]): Journey {
  const wire: { to: 0 | 1; bytes: Uint8Array }[] = [];
  const outcomes = ['going', 'going'];
  const left = [...fates];
  let sent = 0;
  const say = (from: 0 | 1, each: TftpPacket | undefined): void => {
    if (each === undefined) return;
    sent += 1;
    const letter = { to: from === 0 ? 1 : 0, bytes: encodePacket(each) } as const;
    const what = left.shift() ?? 'arrives';
    if (what === 'late') wire.splice(0, 0, letter);
    else if (what !== 'lost') wire.push(letter);
    if (what === 'doubled') wire.push(letter);
  };
  const follow = (at: 0 | 1, move: Move): void => {
    say(at, move.send);
    if (outcomes[at] !== 'done') outcomes[at] = move.progress.kind;
  };
  say(first, sides[first].begin());
  for (let turn = 0; turn < 20_000 && outcomes.includes('going'); turn += 1) {
    const letter = wire.pop();
    if (letter !== undefined) {
      const heard = decodePacket(letter.bytes);
      if (heard !== undefined) follow(letter.to, sides[letter.to].hear(heard));
    } else for (const at of [0, 1] as const) if (outcomes[at] === 'going') follow(at, sides[at].silence());
  }
  return { outcomes, sent };
}

describe('a file between two sides', () => {
  const transfer = fc.record({
    content: fc.uint8Array({ maxLength: 900 }),
    blockSize: fc.constantFrom(8, 64, 512),
    fates: fc.array(fate, { maxLength: 60 }),
  });

  it('arrives whole over a network that loses, doubles and delays', () => {
    fc.assert(
      fc.property(transfer, ({ content, blockSize, fates }) => {
        const receiver = new Receiver(terms(blockSize), 1000, { checkSize: true });
        // Each side is the server's; without options the first block begins, and ACK 0 is passed over.
        const { outcomes } = carry([new Sender(content, terms(blockSize)), receiver], 0, fates);
        expect(outcomes).toEqual(['done', 'done']);
        expect(receiver.content).toEqual(content);
      }),
    );
  });

  it('takes no more packets than blocks and acknowledgments when every packet is doubled', () => {
    const content = new Uint8Array(8 * 200);
    const receiver = new Receiver(terms(8), 2000, { checkSize: true });
    const { sent } = carry(
      [new Sender(content, terms(8)), receiver],
      0,
      Array<Fate>(100_000).fill('doubled'),
    );
    // 201 blocks; the acknowledgment of each, and of its double.
    expect(receiver.content).toEqual(content);
    expect(sent).toBeLessThanOrEqual(201 * 3);
  });

  it('goes on beyond 65535 blocks', () => {
    const content = Uint8Array.from({ length: 8 * 65_540 + 3 }, (_, index) => index >> 4);
    const sender = new Sender(content, terms(8));
    const receiver = new Receiver(terms(8), content.length, { checkSize: true });
    let next: TftpPacket | undefined = sender.begin();
    let isDone = false;
    while (next !== undefined && !isDone) {
      const answer: Move = receiver.hear(next);
      const move: Move = answer.send === undefined ? { progress: answer.progress } : sender.hear(answer.send);
      isDone = move.progress.kind === 'done';
      next = move.send;
    }
    expect(isDone).toBe(true);
    expect(Buffer.compare(receiver.content, content)).toBe(0);
  });
});

describe('a sender', () => {
  it('waits for the answer to its options before it sends', () => {
    const sender = new Sender(Uint8Array.of(1, 2, 3), terms(512, { tsize: '3' }));
    expect(sender.begin()).toMatchObject({ type: 'oack' });
    expect(sender.hear({ type: 'ack', block: 0 }).send).toMatchObject({ type: 'data', block: 1 });
    expect(sender.hear({ type: 'ack', block: 1 }).progress.kind).toBe('done');
  });

  it('sends nothing for an acknowledgment that comes again', () => {
    const sender = new Sender(new Uint8Array(20), terms(8));
    sender.begin();
    expect(sender.hear({ type: 'ack', block: 1 }).send).toMatchObject({ block: 2 });
    expect(sender.hear({ type: 'ack', block: 1 })).toEqual({ progress: { kind: 'going' } });
    expect(sender.silence().send).toMatchObject({ block: 2 });
  });

  it('ends a file of full blocks with an empty one', () => {
    const sender = new Sender(new Uint8Array(8), terms(8));
    sender.begin();
    const move = sender.hear({ type: 'ack', block: 1 });
    expect(move.send).toEqual({ type: 'data', block: 2, data: new Uint8Array() });
    expect(sender.hear({ type: 'ack', block: 2 }).progress.kind).toBe('done');
  });
});

describe('a receiver', () => {
  const some = (length: number, number = 1): TftpPacket => ({
    type: 'data',
    block: number,
    data: new Uint8Array(length),
  });

  it.each<readonly [string, readonly TftpPacket[], string]>([
    ['more than is accepted', [some(8), some(8, 2), some(8, 3)], 'too-large'],
    ['a block longer than agreed', [some(9)], 'malformed'],
    ['an acknowledgment', [{ type: 'ack', block: 1 }], 'malformed'],
    ['an error', [some(8), { type: 'error', code: 0, message: 'bye' }], 'refused-by-peer'],
  ])('breaks off at %s', (_, packets, fault) => {
    const receiver = new Receiver(terms(8), 20, { checkSize: true });
    const moves = packets.map((each) => receiver.hear(each));
    expect(moves.at(-1)?.progress).toMatchObject({ kind: 'failed', fault });
  });

  it('does not take a file that is shorter than announced', () => {
    const receiver = new Receiver({ ...terms(8), announcedSize: 20 }, 20, { checkSize: true });
    receiver.hear(some(8));
    expect(receiver.hear(some(3, 2)).progress).toMatchObject({
      fault: 'truncated',
      reason: '11 of 20 bytes came',
    });
  });
});
