import type { MessageKind } from './messages.ts';
import type { Stage } from './status.ts';

/** What `pause`, `resume`, `abort` and `rollback` mean at each stage of a run (docs/steering.md is this table for people). */
export type Control = Extract<MessageKind, 'pause' | 'resume' | 'abort' | 'rollback'>;

export interface ControlMeaning {
  readonly accepted: boolean;
  readonly meaning: string;
}

const yes = (meaning: string): ControlMeaning => ({ accepted: true, meaning });
const no = (meaning: string): ControlMeaning => ({ accepted: false, meaning });

const ended = no('the run has ended');
const resume = yes('goes on with the next step');

export const controlMeanings: Readonly<Record<Stage, Readonly<Record<Control, ControlMeaning>>>> = {
  preparing: {
    pause: yes('holds before the next step; what runs now finishes'),
    resume,
    abort: yes('stops what runs, removes the release branch, ends as aborted; production is untouched'),
    rollback: no('nothing is in production yet; abort the run instead'),
  },
  green: {
    pause: yes('holds before the next step; what runs now finishes'),
    resume,
    abort: yes('stops what runs, stops green, ends as aborted; blue is untouched'),
    rollback: yes('stops what runs, stops green, ends as rolled-back; blue is untouched'),
  },
  production: {
    pause: yes('holds before the next step; what runs now, monitoring included, finishes'),
    resume,
    abort: yes('stops what runs, waits until it has stopped, and rolls production back'),
    rollback: yes('stops what runs, waits until it has stopped, and rolls production back'),
  },
  'rolling-back': {
    pause: no('a rollback is not paused: production is waiting for it'),
    resume,
    abort: no('a rollback is not aborted; answer its question if it failed'),
    rollback: no('it is being rolled back already'),
  },
  finalizing: {
    pause: yes('holds before the next step'),
    resume,
    abort: no('production holds the new version; finish with retry, or use rollback'),
    rollback: yes('stops finalising and rolls production back'),
  },
  ended: { pause: ended, resume: ended, abort: ended, rollback: ended },
};
