/** `3 days ago`, `in 42 days`; a year is told in days too, so that ends can be compared. */
export function inDays(date: Date, now: Date): string {
  const days = Math.floor(Math.abs(date.getTime() - now.getTime()) / DAY_MS);
  const words = days === 1 ? '1 day' : `${days} days`;
  return date < now ? `${words} ago` : `in ${words}`;
}

export const DAY_MS = 86_400_000;

export function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** `br-0001, br-0002 and 3 more` */
export function someNames(names: readonly string[], most = 3): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
