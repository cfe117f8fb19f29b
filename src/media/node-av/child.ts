/**
 * The program of a media child: one job, given as JSON in the first argument, answered on stdout. Whatever a
 * hostile file does here, the parent sees bounded bytes or the end of this process. Without a job, it loads what any
 * job would need, for Node to keep it compiled.
 */
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { Job } from '../job.ts';

Log.setLevel(AV_LOG_ERROR);

// Each job is loaded on use: from a checkout, every module more costs the child some milliseconds.
async function run(job: Job): Promise<void> {
  switch (job.task) {
    case 'inspect':
      return (await import('./inspect.ts')).inspect(job);
    case 'picture':
      return (await import('./picture.ts')).picture(job);
    case 'pictures':
      return (await import('./pictures.ts')).pictures(job);
    case 'sound':
      return (await import('./sound.ts')).sound(job);
    case 'film':
      return (await import('./film.ts')).film(job);
    case 'still':
      return (await import('./still.ts')).still(job);
  }
}

async function loadAll(): Promise<void> {
  await Promise.all([
    import('./inspect.ts'),
    import('./picture.ts'),
    import('./pictures.ts'),
    import('./sound.ts'),
    import('./film.ts'),
    import('./still.ts'),
  ]);
}

const job = process.argv[2];

(job === undefined ? loadAll() : run(JSON.parse(job))).then(
  // Not left to the event loop: libav's threads would be torn down one by one, which takes longer than the job.
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
