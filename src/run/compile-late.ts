import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 wait longer before it compiles code anew for speed. To be called by a program, not by a library, before it talks to a
 * fleet: with some hundred routers Node 20 takes more time for compiling than it saves by what it has compiled, and with
 * thousands it makes no difference. Later releases wait by themselves, and do not know the setting.
 */
export function compileLate(): void {
  for (const flag of flagsFor(process.versions.node)) setFlagsFromString(flag);
}

/** What V8 is told, by the release of Node.js: bytes of code that run before a function counts as hot, three times the usual. */
export function flagsFor(node: string): readonly string[] {
  return node.startsWith('20.') ? ['--interrupt-budget=400000'] : [];
}
