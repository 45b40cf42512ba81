/** A router's own way back: it undoes what was not confirmed within so many minutes. */
export type Guard =
  /** `configure terminal revert timer`: the running configuration goes back, without a reload. */
  | { readonly kind: 'revert'; readonly minutes: number }
  /** `reload in`: the router restarts from its startup configuration. */
  | { readonly kind: 'reload'; readonly minutes: number };

/** A command that looks at the router, and what has to be so before and after a change. */
export interface HealthCheck {
  readonly command: string;
  readonly rule: HealthRule;
  /** How long it may take after a change until the rule holds again, in milliseconds; at once when absent. */
  readonly withinMs?: number;
}

/** Patterns are JavaScript regular expressions; `^` and `$` stand for the ends of a line. */
export type HealthRule =
  /** The pattern is found in the output, before and after. */
  | { readonly kind: 'expect'; readonly pattern: string }
  /** As many lines as before, or more, have the pattern. */
  | { readonly kind: 'count'; readonly pattern: string }
  /** The output is the same as before, but for blanks. */
  | { readonly kind: 'same' };
