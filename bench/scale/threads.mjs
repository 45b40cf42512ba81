/** CPU time of this process, by its threads. */
import { readFileSync } from 'node:fs';

/** Linux counts a thread's time in hundredths of a second, on every architecture (USER_HZ, see proc(5)). */
const TICKS_PER_SECOND = 100;

/** Seconds: `loop` is the thread that runs JavaScript, `helpers` are those that collect garbage, make keys and write files. */
export function threadSeconds() {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8');
  // The second field is a name in parentheses, which may hold blanks; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const loop = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  return { loop, helpers: Math.max(0, (user + system) / 1e6 - loop) };
}
