// Loaded before the program that is measured: at its end it tells, on a descriptor that nothing else uses, what it cost.
import { writeSync } from 'node:fs';
import { threadSeconds } from './threads.mjs';

process.on('exit', () => {
  const megabytes = process.resourceUsage().maxRSS / 1024;
  writeSync(3, JSON.stringify({ ...threadSeconds(), megabytes }));
});
