import type { FailureCode } from './generation.ts';

/** Why an attempt failed: as a generation may, or because its worker died with it. */
export type AttemptFailureCode = FailureCode | 'worker_lost';

const advice: Record<AttemptFailureCode, string> = {
  canceled: 'Somebody canceled it: nothing to do.',
  check_failed:
    'The finished video did not pass inspection (black, frozen or silent): look at the checks of a sample, and change the prompt or its references.',
  consent_ended: 'A person has taken the consent back, or it ran out: ask for a new one; nothing else helps.',
  content_rejected:
    'The engine refuses the content: look for a reference or a phrase that the samples share, and replace it; trying again does not help.',
  deadline_passed:
    'It did not end in time: allow more with expires_in, raise the concurrency limit, or submit fewer at once.',
  engine_failed:
    'The engine failed: compare the samples; if they share a reference or a setting, change that, else tell whoever runs the engine.',
  engine_unavailable:
    'The engine could not be reached: check its address, its key and its status page; attempts go on by themselves once it answers.',
  never_accepted:
    'The provider never took the job: check its quota and the callback address of this server, then submit again.',
  output_invalid:
    'The engine delivered a file that cannot be used: tell its provider, with the ids of the samples.',
  output_lost:
    'The finished video could not be fetched in time: check that this server can reach the addresses the provider hands out.',
  rate_limited:
    'The provider is asked for too much at once: lower the slots of the engine, or ask the provider for a higher limit.',
  reference_lost: 'A reference is gone from storage: upload it again and submit with the new file.',
  start_deadline_passed:
    'It was not begun in time: raise the concurrency limit, give it more priority, or allow a later start.',
  too_many_attempts:
    'It failed again and again in ways that could have passed: see the failures of the same engine at the same time.',
  worker_lost:
    'The process that made it ended: look for crashes or too little memory on the machines that run the workers.',
};

/** One sentence on what to do. */
export const adviceOn = (code: AttemptFailureCode): string => advice[code];
