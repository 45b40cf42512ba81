/** A word as a part of a regular expression that takes it in any case where no flag can say so, as in a JSON Schema. */
export function anyCase(word: string): string {
  return word.replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
}
