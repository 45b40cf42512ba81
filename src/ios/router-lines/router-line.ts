/** What a line that a router prints is. */
export type LineKind =
  /** The parser did not take the line: invalid, incomplete, ambiguous, unknown. */
  | 'syntax'
  /** AAA or the privilege level forbids it. */
  | 'authorization'
  /** Somebody else holds the configuration: worth another try later. */
  | 'locked'
  /** Something the command names does not exist. */
  | 'missing'
  /** The router takes the command and will not, or cannot, do it. */
  | 'complaint'
  /** Not a no by itself: the conversation in which it appears decides what it means. */
  | 'outcome'
  /** A log message, which comes at any time and answers no command. */
  | 'log';

/** One thing a router says, in the words of the IOS command references: mostly that it does not do what it was told. */
export interface RouterLine {
  readonly kind: LineKind;
  /** Matched against one line of a reply, without blanks around it. */
  readonly pattern: RegExp;
  /** Lines as routers print them: the page of errors shows the first, the tests try all. */
  readonly examples: readonly [string, ...string[]];
  /** One sentence each, for the operator. */
  readonly cause: string;
  readonly remedy: string;
}

/** By their codes, which stay as they are once published. */
export type RouterLines = Readonly<Record<string, RouterLine>>;
