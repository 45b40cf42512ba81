/** What of a session could not have been typed earlier, counted from its transcript. */

/** Connect; identification and lists; key exchange; service; password; channel; terminal and shell; log out. */
const AROUND = 8;

/**
 * Round trips that depend on each other: one for each row of show commands, since none needs the other's output; one for
 * each row of configuration lines, as long as none is refused; one for each command that does something, and for each
 * answer to a question. Going from mode to mode costs nothing of its own.
 */
export function dependentTurns(transcript: string): number {
  let turns = AROUND;
  let row: 'read' | 'configure' | undefined;
  let mode = '';
  for (const line of transcript.split('\n')) {
    const { mark, text = '' } = /^[\d:.]+ (?<mark>[<>*])(?: (?<text>.*))?$/.exec(line)?.groups ?? {};
    if (mark === '<' && PROMPT.test(text)) mode = text;
    if (mark === '*') mode = '';
    if (mark !== '>' || MOVES.test(text)) continue;
    const kind = kindOf(mode, text);
    if (kind === undefined || kind !== row) turns += 1;
    row = kind;
  }
  return turns;
}

/** How long the router, and the CA behind it, took for its replies, in milliseconds: what a session without distance waited. */
export function waitedMs(transcript: string): number {
  let waited = 0;
  let typedAt: number | undefined;
  for (const line of transcript.split('\n')) {
    const { time = '', mark } = /^(?<time>[\d:.]+) (?<mark>[<>*])/.exec(line)?.groups ?? {};
    if (mark === undefined) continue;
    const at = Date.parse(`1970-01-01T${time}Z`);
    if (mark === '>') typedAt = at;
    else if (typedAt !== undefined) {
      waited += Math.max(0, at - typedAt);
      typedAt = undefined;
    }
  }
  return waited;
}

const PROMPT = /^\S+[>#]$/;
const MOVES = /^(?:configure terminal|end|exit|)$/;
/** In configuration mode, but done at once. */
const ACTS = /^(?:do )?(?:crypto (?:key|pki (?:authenticate|enroll|import|export))|write|copy|reload)\b/;

function kindOf(mode: string, text: string): 'read' | 'configure' | undefined {
  if (mode === '' || ACTS.test(text)) return undefined;
  if (mode.includes('(')) return 'configure';
  return /^(?:show|terminal|dir)\b/.test(text) ? 'read' : undefined;
}
