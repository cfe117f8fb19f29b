/**
 * The program of a media child: one job, given as JSON in the first argument, answered on stdout. Whatever a
 * hostile file does here, the parent sees bounded bytes or the end of this process.
 */
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { Job } from '../job.ts';
import { film } from './film.ts';
import { inspect } from './inspect.ts';
import { picture } from './picture.ts';
import { pictures } from './pictures.ts';
import { sound } from './sound.ts';
import { still } from './still.ts';

Log.setLevel(AV_LOG_ERROR);

async function run(job: Job): Promise<void> {
  switch (job.task) {
    case 'inspect':
      return inspect(job);
    case 'picture':
      return picture(job);
    case 'pictures':
      return pictures(job);
    case 'sound':
      return sound(job);
    case 'film':
      return film(job);
    case 'still':
      return still(job);
  }
}

run(JSON.parse(process.argv[2] ?? '')).then(
  // Not left to the event loop: libav's threads would be torn down one by one, which takes longer than the job.
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
