import type { Exchange, Reaction } from '../dialogue/exchange.ts';
import type { SshSettings } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import { ENABLE } from './modes.ts';
import type { ForeseenQuestion } from './question.ts';
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
    opening: ENABLE,
    exchanges: exchanges(ssh),
    timeoutMs: terminal.timeoutMs,
  });
  if ((await terminal.prompt()).mode !== 'user-exec') return;
  const refusal = findRefusal(text);
  const line = refusal?.line ?? 'the prompt still ends in “>”';
  const more = refusal === undefined ? { detail: text.trim() } : explainRefusal(refusal, text);
  throw new DeviceError('enable-refused', `enable: ${line}`, more);
}

/** What `enable` may ask, and what is typed. */
export function enableQuestions({
  username,
  enable: secret,
  password,
}: SshSettings): readonly EnableQuestion[] {
  return [
    {
      name: 'enable-username',
      question: 'Username:',
      answer: username,
    },
    {
      name: 'enable-password',
      question: 'Password:',
      ...passwordAnswer(secret, password),
    },
  ];
}

type EnableQuestion = ForeseenQuestion & { readonly name: keyof typeof ENABLE_QUESTIONS };

function passwordAnswer(
  secret: SshSettings['enable'],
  password: SshSettings['password'],
): Omit<ForeseenQuestion, 'name' | 'question'> {
  if (secret !== undefined) return { answer: '<enable secret>', remark: `from ${secret.describe()}` };
  if (password === undefined)
    return { answer: undefined, stops: true, remark: 'the inventory has no ssh.enable' };
  return {
    answer: '<login password>',
    remark:
      'where a user name was asked for before; else nothing is typed and the device stops, for the inventory has no ssh.enable',
  };
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
