import type { Exchange, Reaction } from '../dialogue/exchange.ts';
import type { SshSettings } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import { explainRefusal, findRefusal } from './refusals.ts';
import type { Terminal } from './terminal.ts';

/** The questions of `enable`: a user name comes first where AAA asks for one. */
export const ENABLE_QUESTIONS = {
  'enable-username': /^\s*username:\s*/im,
  'enable-password': /^\s*(?:enable )?password:\s*/im,
} as const;

/**
 * Goes from user to privileged EXEC. The secret is typed once: a second question is taken for a no.
 * Throws DeviceError `enable-refused`, or what a conversation throws.
 */
export async function enable(terminal: Terminal, ssh: SshSettings): Promise<void> {
  const { text } = await terminal.converse({
    name: 'enable',
    opening: 'enable',
    exchanges: exchanges(ssh),
    timeoutMs: terminal.timeoutMs,
  });
  if ((await terminal.prompt()).mode !== 'user-exec') return;
  const refusal = findRefusal(text);
  const line = refusal?.line ?? 'the prompt still ends in “>”';
  const more = refusal === undefined ? { detail: text.trim() } : explainRefusal(refusal, text);
  throw new DeviceError('enable-refused', `enable: ${line}`, more);
}

function exchanges(ssh: SshSettings): Exchange[] {
  let isUserAsked = false;
  let isTyped = false;
  return [
    {
      name: 'enable-username',
      prompt: ENABLE_QUESTIONS['enable-username'],
      react() {
        isUserAsked = true;
        return { type: ssh.username };
      },
    },
    {
      name: 'enable-password',
      prompt: ENABLE_QUESTIONS['enable-password'],
      atMost: 2,
      react(): Reaction {
        const secret = ssh.enable ?? (isUserAsked ? ssh.password : undefined);
        if (isTyped) return refused('the enable secret was not accepted');
        if (secret === undefined)
          return refused('the router asks for an enable secret and the inventory has none');
        isTyped = true;
        return { type: secret };
      },
    },
  ];
}

function refused(why: string): Reaction {
  return { abort: new DeviceError('enable-refused', `enable: ${why}`) };
}
