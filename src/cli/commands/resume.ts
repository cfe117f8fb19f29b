import { pauseOrResume } from '../pause-or-resume.ts';

export const command = pauseOrResume('resume', 'let a paused account or engine go on');
