import { connect, type Socket } from 'node:net';

/**
 * Begins a TCP connection that sends what is written in one tick of the event loop in one piece. ssh2 writes a packet and
 * its MAC by themselves: each would be a system call, and a segment of its own. For Nagle's algorithm is off: with it a
 * small packet would wait for the answer to the one before.
 */
export function connectGathering(host: string, port: number): Socket {
  const socket = connect({ host, port, noDelay: true });
  const gather = gatherer(socket);
  const write = socket.write.bind(socket);
  // Connecting sets the method of a socket anew: a derived class would not be asked.
  const gathered = (...what: Parameters<Socket['write']>): boolean => {
    gather();
    return write(...what);
  };
  return Object.assign(socket, { write: gathered });
}

function gatherer(socket: Socket): () => void {
  let isGathering = false;
  return () => {
    if (isGathering) return;
    isGathering = true;
    socket.cork();
    process.nextTick(() => {
      isGathering = false;
      socket.uncork();
    });
  };
}
