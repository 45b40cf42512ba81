import type { Client, ClientChannel, PseudoTtyOptions } from 'ssh2';

/**
 * Asks for a terminal and a shell in one go, as OpenSSH does: RFC 4254 section 6 lets requests follow each other without
 * waiting. ssh2 sends the second when the first was granted; its second request is sent early, and not again then. A router
 * that grants no terminal gets its channel closed, whatever it makes of the shell.
 */
export function requestShell(client: Client, window: PseudoTtyOptions): Promise<ClientChannel> {
  sendShellBehindTerminal(client);
  return new Promise((resolve, reject) => {
    client.shell(window, (error, opened) => {
      if (error === undefined) resolve(opened);
      else reject(error);
    });
  });
}

function sendShellBehindTerminal(client: Client): void {
  const protocol = (client as unknown as ClientInternals)._protocol;
  const { pty, shell } = protocol ?? {};
  if (protocol === undefined || pty === undefined || shell === undefined)
    throw new Error('ssh2 asks for terminals and shells elsewhere now');
  protocol.pty = (channel, ...rest) => {
    pty.call(protocol, channel, ...rest);
    shell.call(protocol, channel, true);
    protocol.pty = pty;
    protocol.shell = () => {
      protocol.shell = shell;
    };
  };
}

/** The part of ssh2 that is not public; the version is pinned and a test fails when it moves. */
interface ClientInternals {
  readonly _protocol?: {
    pty?: (channel: number, ...rest: readonly unknown[]) => void;
    shell?: (channel: number, wantReply: boolean) => void;
  };
}
