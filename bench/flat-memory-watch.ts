// Watches the renders of its parent from outside: reading /proc again and again makes the reader itself grow.
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from './resident-bytes.ts';

let peakBytes = 0;
let atRest: number | undefined;
while (process.connected) {
  const bytes = await residentBytes(process.ppid);
  // The first look is before the first render: the parent and this process alone.
  atRest ??= bytes;
  if (bytes - atRest > peakBytes) {
    peakBytes = bytes - atRest;
    process.send?.(peakBytes);
  }
  await sleep(500);
}
