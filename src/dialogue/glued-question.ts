import { matchAtEnd } from './match-at-end.ts';

/** How much of a log line's end may be a question. */
const LONGEST = 200;
/** Where a text begins that was printed behind another without a line break. */
const BEGINNING = /[%\p{Lu}]/u;
/** Inside one text no capital follows directly on another word: there a second text begins. */
const SEAM = /[\p{Ll}\p{Nd}.)\]:]\p{Lu}|\p{Lu}{2}\p{Ll}/u;

/**
 * A question that a device printed behind a log line without a line break: `… changed state to upPassword: `. Only a
 * question of the running dialogue counts, whole, from a capital or a percent sign to the very end of the message;
 * the one that begins first, so that `Re-enter password:` is not taken for `password:`. Undefined when in doubt.
 */
export function findGluedQuestion(
  message: string,
  questions: readonly RegExp[],
  looksLikeQuestion: RegExp,
): string | undefined {
  const end = message.slice(-LONGEST);
  if (questions.length === 0 || matchAtEnd(looksLikeQuestion, end) === undefined) return undefined;
  for (let at = 1; at < end.length; at += 1) {
    const rest = end.slice(at);
    const isWhole = BEGINNING.test(rest.charAt(0)) && !SEAM.test(rest);
    if (isWhole && questions.some((question) => matchAtEnd(question, rest)?.index === 0)) return rest;
  }
  return undefined;
}
