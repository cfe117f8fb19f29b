import { pauseOrResume } from '../pause-or-resume.ts';

export const command = pauseOrResume('pause', 'begin nothing more of an account or on an engine');
