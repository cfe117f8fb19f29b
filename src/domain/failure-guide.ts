import type { CodeGuide } from './error-guide.ts';
import { type AttemptFailureCode, adviceOn } from './failure-advice.ts';

type Words = Pick<CodeGuide, 'title' | 'means' | 'repeat'>;

/** A page for every reason why a generation, or one attempt at it, failed. What to do is the advice of the failure report. */
export const failureGuide = (code: AttemptFailureCode): CodeGuide => ({
  ...words[code],
  remedies: [adviceOn(code)],
});

const words: Record<AttemptFailureCode, Words> = {
  canceled: {
    title: 'It was canceled',
    means:
      'Somebody asked for a stop before the video was there: by `POST /v1/generations/{id}/cancel`, with its batch, or by a filter.',
    repeat: 'yes',
  },
  check_failed: {
    title: 'The finished video did not pass inspection',
    means:
      'Kinora opens every video again before it delivers it. This one was black, frozen, silent or otherwise not what was planned, so it was held back. `checks` of the generation says what was measured.',
    repeat: 'sometimes',
  },
  consent_ended: {
    title: 'The consent of a person in it has ended',
    means:
      'A reference shows a person whose consent was revoked, or ran out, after the request was accepted. Nothing more was sent to a provider, and the credits were given back. `outcome` is `canceled`.',
    repeat: 'no',
  },
  content_rejected: {
    title: 'The engine refuses the content',
    means:
      'A safety filter of the engine or its provider refused the prompt, a reference or the finished video. `outcome` is `rejected`. It is never sent to another engine to get around the refusal.',
    repeat: 'no',
  },
  deadline_passed: {
    title: 'It did not end in time',
    means:
      'The request carried `expires_in`, and that time was over before the video was there. `outcome` is `expired`.',
    repeat: 'yes',
  },
  engine_failed: {
    title: 'The engine failed',
    means:
      'The engine said that it failed, or refused the request as invalid. What it said itself is kept in `error.message` and with the attempt.',
    repeat: 'sometimes',
  },
  engine_unavailable: {
    title: 'The engine could not be reached',
    means:
      'The engine was away each time Kinora tried, with growing pauses in between, until the tries were used up. It has certainly not taken the job.',
    repeat: 'yes',
  },
  never_accepted: {
    title: 'The provider never took the job',
    means:
      'The answer of the provider was lost, the job waited for a verdict, and the operator has found at the provider that it was never taken.',
    repeat: 'yes',
  },
  output_invalid: {
    title: 'The engine delivered a file that cannot be used',
    means:
      'The file is no video, is damaged, has another size than planned, or is shorter than the shortest length with a price.',
    repeat: 'yes',
  },
  output_lost: {
    title: 'The finished video could not be fetched',
    means:
      'The engine says that it is done, but the download of the video broke off or was refused twenty times.',
    repeat: 'yes',
  },
  rate_limited: {
    title: 'The provider is asked for too much at once',
    means:
      'The provider kept answering 429. Each time the job went back in line and the whole engine rested as `Retry-After` says, until the tries were used up.',
    repeat: 'yes',
  },
  reference_lost: {
    title: 'A reference cannot be read any more',
    means: 'A reference that was checked when it was taken in is gone from storage or cannot be decoded now.',
    repeat: 'no',
  },
  start_deadline_passed: {
    title: 'It was not begun in time',
    means: 'The request carried `start_within`, and its turn had not come by then. `outcome` is `expired`.',
    repeat: 'yes',
  },
  too_many_attempts: {
    title: 'It failed again and again',
    means:
      'Each failure could have passed, so it was tried again; the tries are used up. `GET /v1/generations/{id}/attempts` lists what happened each time.',
    repeat: 'yes',
  },
  worker_lost: {
    title: 'The process that made it ended',
    means:
      'The server was stopped or killed in the middle of an attempt. This is the end of an attempt, never of a generation: the generation goes back in line and is made again by itself.',
    repeat: 'yes',
  },
};
