import type { Session } from '../../ios/session.ts';

/** What a router last said to each show command that it took, by the command as it was typed. */
export type Heard = ReadonlyMap<string, string>;

/** The same session, whose show commands are remembered; `typing` is called before anything else is typed. */
export function remembering(
  session: Session,
  typing: () => void,
): { readonly session: Session; readonly heard: Heard } {
  const heard = new Map<string, string>();
  const keep = (command: string, text: string): void => {
    if (command.startsWith('show ')) heard.set(command, text);
  };
  return {
    heard,
    session: {
      get hostname() {
        return session.hostname;
      },
      get signal() {
        return session.signal;
      },
      foresee: (commands) => session.foresee(commands),
      async show(command, options) {
        const text = await session.show(command, options);
        keep(command, text);
        return text;
      },
      async ask(command) {
        if (!command.startsWith('show ')) typing();
        const answer = await session.ask(command);
        if (answer.refusal === undefined) keep(command, answer.text);
        return answer;
      },
      tell(command) {
        typing();
        return session.tell(command);
      },
      configure(lines, behind) {
        typing();
        return session.configure(lines, behind);
      },
      converse(dialogue, mode, behind) {
        typing();
        return session.converse(dialogue, mode, behind);
      },
      onSyslog: (listener, extent) => session.onSyslog(listener, extent),
      expectReload: (isExpected) => session.expectReload(isExpected),
      close: () => session.close(),
    },
  };
}
