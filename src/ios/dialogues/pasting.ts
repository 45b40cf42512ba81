import type { Exchange } from '../../dialogue/exchange.ts';
import type { ForeseenQuestion } from '../question.ts';

/** What ends a pasted text, whatever the router says it would take besides. */
const END_OF_TEXT = 'quit';
/** A sentence of its own below the one that names what is wanted (IOS security command reference). */
const HOW_IT_ENDS = String.raw`\.?\s+%?\s*end with (?:a blank line or )?(?:the word )?"quit" on a line by itself[.:]?`;
const ENDING = '. End with a blank line or the word "quit" on a line by itself';

/** The two sentences with which a router asks for a text, `what` being the end of the first. */
export function asksToPaste(what: string): RegExp {
  return new RegExp(`(?:${what})${HOW_IT_ENDS}`, 'i');
}

/** A text that is pasted, as it is shown to people. `question` is the first sentence without its end. */
export function foreseenPaste(
  name: string,
  { question, what }: { readonly question: string; readonly what: string },
): ForeseenQuestion {
  return { name, question: `${question}${ENDING}`, answer: `<${what}, line by line, then ${END_OF_TEXT}>` };
}

/** Types the lines and what ends them. An empty line would end the text by itself, so none is typed. */
export function pasting(name: string, prompt: RegExp, lines: readonly string[]): Exchange {
  const filled = lines.map((line) => line.trim()).filter((line) => line !== '');
  return { name, prompt, asksForText: true, react: () => ({ paste: [...filled, END_OF_TEXT] }) };
}
