import type { MessageKind } from '../run/messages.ts';

/** What steers a run as a whole. */
export type Control = Extract<MessageKind, 'pause' | 'resume' | 'abort' | 'rollback'>;

export interface ControlMeaning {
  readonly accepted: boolean;
  readonly meaning: string;
}

/** How far a run has gone, as far as steering it is concerned, and what each control means then. */
export interface StageMeaning {
  /** When a run is in it: docs/steering.md. */
  readonly when: string;
  readonly controls: Readonly<Record<Control, ControlMeaning>>;
  /** Whether an issue that people see in the environment may be this run's doing; if not, why. */
  readonly issues: true | string;
}

const yes = (meaning: string): ControlMeaning => ({ accepted: true, meaning });
const no = (meaning: string): ControlMeaning => ({ accepted: false, meaning });

const resume = yes('goes on with the next step');
const holds = yes('holds before the next step; what runs now finishes');

const nothingThere = 'nothing of this run is in production, so no issue of its can be there';

/** The stages that flows have in common. What is a flow's own – what an abort leaves, where a version goes back to – is given to them. */
export const stage = {
  preparing: (
    abort: string,
    {
      rollback = 'nothing is in production yet; abort the run instead',
      when = 'from the start to the approval',
    } = {},
  ): StageMeaning => ({
    when,
    controls: { pause: holds, resume, abort: yes(abort), rollback: no(rollback) },
    issues: nothingThere,
  }),

  /** A version stands beside the one that serves, without traffic. */
  beside: (): StageMeaning => ({
    when: 'a version runs beside the one that serves, without traffic',
    controls: {
      pause: holds,
      resume,
      abort: yes('stops what runs, stops green, ends as aborted; blue is untouched'),
      rollback: yes('stops what runs, stops green, ends as rolled-back; blue is untouched'),
    },
    issues: nothingThere,
  }),

  production: (back = 'rolls production back'): StageMeaning => {
    const goBack = yes(`stops what runs, waits until it has stopped, and ${back}`);
    return {
      when: 'from the first change in production to the end of monitoring',
      controls: {
        pause: yes('holds before the next step; what runs now, monitoring included, finishes'),
        resume,
        abort: goBack,
        rollback: goBack,
      },
      issues: true,
    };
  },

  finalizing: (when: string, back = 'rolls production back'): StageMeaning => ({
    when,
    controls: {
      pause: yes('holds before the next step'),
      resume,
      abort: no('production holds the new version; finish with retry, or use rollback'),
      rollback: yes(`stops finalising and ${back}`),
    },
    issues: true,
  }),

  rollingBack: (): StageMeaning => ({
    when: 'the version before comes back',
    controls: {
      pause: no('a rollback is not paused: production is waiting for it'),
      resume,
      abort: no('a rollback is not aborted; answer its question if it failed'),
      rollback: no('it is being rolled back already'),
    },
    issues: 'it is being rolled back already',
  }),

  ended: (): StageMeaning => {
    const ended = no('the run has ended');
    return {
      when: 'nothing more happens',
      controls: { pause: ended, resume: ended, abort: ended, rollback: ended },
      issues: nothingThere,
    };
  },
};
