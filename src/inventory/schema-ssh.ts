// How to log in to routers and to the hosts on the way to them. Nothing of a router's has a default value here:
// merging comes first.
import * as z from 'zod';
import { withHint } from './problems.ts';
import { SecretReferenceInput } from './schema-secret.ts';
import { Address, duration, Flag, integer, Line, Name } from './schema-values.ts';

const Agent = z
  .union([Flag, Line], { error: withHint('expected true, false or the path of a socket', 'agent: true') })
  .meta({
    description: 'Log in with the keys of an SSH agent: true is $SSH_AUTH_SOCK, a path is its socket.',
    default: false,
  });

const Keepalive = z
  .strictObject({
    interval: duration({ zero: true, timer: true }).optional().meta({
      description: 'After so much silence the peer is asked for a sign of life; 0s never asks.',
      default: '30s',
    }),
    count: integer(1, 1000).optional().meta({
      description: 'After so many questions without an answer the session counts as lost.',
      default: 20,
    }),
  })
  .meta({ description: 'Signs of life of a silent peer.' });

const VIA_HINT = 'write the name of a jump host, a list of names, or none';
const Via = z
  .union([Name, z.array(Name).min(1)], { error: withHint('expected names of jump hosts', VIA_HINT) })
  .meta({ description: 'Jump hosts on the way, the first one reached from here; none goes there directly.' });

const login = {
  username: Line.optional().meta({ description: 'The user to log in as.' }),
  password: SecretReferenceInput.optional().meta({ description: 'The login password, as a reference.' }),
  privateKey: SecretReferenceInput.optional().meta({
    description: 'The private key (OpenSSH or PEM text), as a reference, usually { file: ~/.ssh/id_rsa }.',
  }),
  passphrase: SecretReferenceInput.optional().meta({
    description: 'What opens the private key, as a reference.',
  }),
  agent: Agent.optional(),
  knownHosts: Line.optional().meta({
    description: 'OpenSSH known_hosts file, relative to the inventory; ~ is the home directory.',
    default: './known_hosts',
  }),
  keepalive: Keepalive.optional(),
};

export const Ssh = z
  .strictObject({
    ...login,
    enable: SecretReferenceInput.optional().meta({
      description: 'The enable secret, as a reference; not needed for a user of privilege 15.',
    }),
    algorithms: z.enum(['modern', 'legacy', 'auto']).optional().meta({
      description:
        'legacy also offers the SHA-1 and CBC algorithms that old releases need; auto finds out what a device needs and never goes below it again.',
      default: 'modern',
    }),
    typeAhead: Flag.optional().meta({
      description:
        'Whether lines that ask nothing may be typed before the replies to those before them were read.',
      default: true,
    }),
    port: integer(1, 65_535)
      .optional()
      .meta({ description: 'SSH port; a device may say port: itself.', default: 22 }),
    via: Via.optional(),
    config: z
      .union([Flag, Line], { error: withHint('expected true, false or a path', 'config: ~/.ssh/config') })
      .optional()
      .meta({
        description: 'Also read an OpenSSH client configuration: true is ~/.ssh/config. The inventory wins.',
        default: false,
      }),
  })
  .meta({ id: 'ssh', description: 'How to log in.' });

export const JumpHostInput = z
  .strictObject({
    host: Address.meta({ description: 'Address or DNS name, without the port.' }),
    port: integer(1, 65_535).optional().meta({ description: 'SSH port.', default: 22 }),
    ...login,
    username: Line.meta({ description: 'The user to log in as.' }),
    algorithms: z
      .enum(['modern', 'legacy'])
      .optional()
      .meta({ description: 'legacy also offers SHA-1 and CBC algorithms.', default: 'modern' }),
    via: Via.optional(),
    timeouts: z
      .strictObject({
        connect: duration({ timer: true })
          .optional()
          .meta({ description: 'TCP and SSH up to the login.', default: '30s' }),
        login: duration({ timer: true }).optional().meta({ description: 'The login.', default: '30s' }),
      })
      .optional()
      .meta({ description: 'Deadlines of the connection to the jump host itself.' }),
    channels: integer(1, 10_000).optional().meta({
      description: 'Devices reached through one connection; one more opens another connection.',
      default: 100,
    }),
  })
  .meta({ id: 'jumpHost', description: 'An SSH server through which routers are reached.' });
export type JumpHostInput = z.output<typeof JumpHostInput>;
