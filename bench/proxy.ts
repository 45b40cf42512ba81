/**
 * Distance: a TCP proxy in a process of its own that holds back bytes half a round trip each way, in order. As over a
 * line of that length nothing of a client's reaches the router before one and a half round trips after its connecting
 * began, and nothing of the router's comes back before two.
 *
 * Its first line of standard input is `{ ports, rttMs }`; it answers with the ports to use instead, and each further
 * line with what it has counted: how often a side that had heard from the other spoke again.
 */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const JOB = z.object({ ports: z.array(z.number()), rttMs: z.number() });

const counted = { connections: 0, turns: 0, bytes: 0 };
let rttMs = 0;

const lines = createInterface({ input: process.stdin });
lines.once('line', async (text) => {
  const job = JOB.parse(JSON.parse(text));
  rttMs = job.rttMs;
  const ports = await Promise.all(job.ports.map(listen));
  process.stdout.write(`${JSON.stringify({ ports })}\n`);
  lines.on('line', () => {
    const { user, system } = process.cpuUsage();
    process.stdout.write(`${JSON.stringify({ ...counted, cpu: (user + system) / 1e6 })}\n`);
  });
});
lines.once('close', () => process.exit());

function listen(target: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer({ noDelay: true, allowHalfOpen: true }, (client) =>
      carry(client, target),
    );
    server.once('error', reject).listen(0, '127.0.0.1', 1024, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('a proxy without a port');
      resolve(address.port);
    });
  });
}

/** Both ways of one connection. */
function carry(client: Socket, target: number): void {
  counted.connections += 1;
  const half = rttMs / 2;
  const opensAt = performance.now() + 3 * half;
  const early: (() => void)[] = [];
  let router: Socket | undefined;
  let heard = true;
  const whenOpen = (act: (router: Socket) => void): void => {
    if (router === undefined) early.push(() => router !== undefined && act(router));
    else act(router);
  };
  const toRouter = new Line(half);
  client.on('data', (bytes: Buffer) => {
    if (heard) counted.turns += 1;
    heard = false;
    counted.bytes += bytes.length;
    toRouter.send(() => whenOpen((socket) => socket.write(bytes)));
  });
  client.once('end', () => toRouter.send(() => whenOpen((socket) => socket.end())));
  client.once('close', () => toRouter.send(() => whenOpen((socket) => socket.destroy())));
  client.on('error', () => undefined);

  const open = (): void => {
    const socket = createConnection({ host: '127.0.0.1', port: target, noDelay: true, allowHalfOpen: true });
    socket.on('error', () => client.destroy());
    const toClient = new Line(half);
    socket.once('connect', () => {
      router = socket;
      for (const act of early.splice(0)) act();
    });
    socket.on('data', (bytes: Buffer) => {
      counted.bytes += bytes.length;
      toClient.send(() => {
        heard = true;
        client.write(bytes);
      });
    });
    socket.once('end', () => toClient.send(() => client.end()));
    socket.once('close', () => toClient.send(() => client.destroy()));
  };
  setTimeout(open, Math.max(0, opensAt - performance.now()));
}

/** Timers know whole milliseconds. */
const SLACK_MS = 0.5;

/** What is sent arrives after the delay, in the order sent. */
class Line {
  readonly #delayMs: number;
  readonly #waiting: { readonly at: number; readonly act: () => void }[] = [];
  #isTimed = false;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  send(act: () => void): void {
    this.#waiting.push({ at: performance.now() + this.#delayMs, act });
    this.#time();
  }

  #time(): void {
    const [next] = this.#waiting;
    if (this.#isTimed || next === undefined) return;
    this.#isTimed = true;
    setTimeout(() => this.#due(), Math.max(0, next.at - performance.now()));
  }

  #due(): void {
    this.#isTimed = false;
    const now = performance.now();
    for (
      let [next] = this.#waiting;
      next !== undefined && next.at <= now + SLACK_MS;
      [next] = this.#waiting
    ) {
      this.#waiting.shift();
      next.act();
    }
    this.#time();
  }
}
