import type { VersionPlan, VersionRefusal } from '../versions/version.ts';
import type { BundleSize } from '../gates/bundle.ts';
import type { Past } from '../records/past.ts';
import type { WayBack } from '../rollback/way-back.ts';

/** What a worker can find out for a preview, by name: what is asked for it, and what is found. A flow names one of them. */
export interface FactKinds {
  /** Nothing but the configuration. */
  readonly nothing: { readonly asked: object; readonly found: object };
  /** A commit of the product's repository, by branch, tag or digits; main where `ref` is left out. */
  readonly commit: {
    readonly asked: { readonly ref?: string };
    readonly found: { readonly commit: string };
  };
  /** What main would be released as (RW-4). */
  readonly 'next-release': {
    readonly asked: {
      readonly bump?: 'auto' | 'major' | 'minor' | 'patch' | 'prerelease';
      readonly version?: string;
      readonly preid?: string;
    };
    readonly found: NextRelease;
  };
  /** A version that has a tag; the highest one where `version` is left out. */
  readonly 'released-version': {
    readonly asked: { readonly version?: string };
    readonly found: Found<{
      readonly version: string;
      readonly commit: string;
      readonly previousVersion: string | null;
      readonly coming: ComingChanges;
    }>;
  };
  /** What a blue/green deployment needs, at one commit (BG-1). */
  readonly 'green-inputs': {
    readonly asked: { readonly ref?: string };
    readonly found: {
      /** Empty where the code can't be found. */
      readonly commit: string;
      readonly version: string;
      /** One sentence each. */
      readonly missing: readonly string[];
    };
  };
  /** What an environment runs, and what it would go back to (SI-11). */
  readonly 'way-back': {
    readonly asked: { readonly environment: string; readonly version: string };
    readonly found: Found<WayBack>;
  };
}

export type FactKind = keyof FactKinds;
export type AskedFor<K extends FactKind> = FactKinds[K]['asked'];
export type FactsOf<K extends FactKind> = FactKinds[K]['found'];

/** What is there, or a sentence that says why not. */
export type Found<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** What a version would bring to the environment that it goes to. */
export interface ComingChanges {
  /** `Added: totals (#12)`; of each section the first ones. */
  readonly lines: readonly string[];
  readonly size: BundleSize;
  /** What the environment runs, without `v`; undefined where it runs nothing. */
  readonly running: string | undefined;
  readonly past: Past;
  /** Why nobody could say what it runs. */
  readonly problem?: string;
}

export interface NextRelease {
  readonly version: VersionPlan | VersionRefusal;
  readonly commit: string;
  /** undefined where there is no version. */
  readonly coming: ComingChanges | undefined;
  /** What has to be mended first: a run would end as blocked. */
  readonly blockers: readonly string[];
  /** What an approver should know of code host and changelog. */
  readonly concerns: readonly string[];
  /** Work in the user's checkout that would not be in it. */
  readonly unreleased: readonly string[];
}
