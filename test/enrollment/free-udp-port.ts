import { createSocket } from 'node:dgram';

/** A UDP port of this machine's loopback that nobody had a moment ago. */
export async function freeUdpPort(host: '127.0.0.1' | '::1' = '127.0.0.1'): Promise<number> {
  const socket = createSocket(host === '::1' ? 'udp6' : 'udp4');
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
