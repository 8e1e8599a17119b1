/** What a rule says of one look at the new version. */
export type Finding =
  | { readonly kind: 'good'; readonly reason: string }
  | { readonly kind: 'bad'; readonly reason: string }
  /** Too little was seen to say anything. */
  | { readonly kind: 'no-data'; readonly reason: string }
  /** The provider could not be asked. */
  | { readonly kind: 'error'; readonly reason: string };

/** How much of what a rule finds it takes to act on it. Names and defaults are those of the field (Argo Rollouts). */
export interface RuleLimits {
  readonly name: string;
  /** Bad findings of one step that are tolerated; one more is a breach. */
  readonly failureLimit: number;
  /** Errors in a row after which people are told that nothing can be seen. */
  readonly consecutiveErrorLimit: number;
  readonly onNoData: 'hold' | 'ask';
  readonly onError: 'hold' | 'ask';
  /** It is told what it finds, and nothing follows from it. */
  readonly dryRun: boolean;
}

/** One look: everything that was seen at one moment. */
export interface Evidence {
  /** Milliseconds since the look before during which somebody watched. */
  readonly elapsed: number;
  /** Requests that the new version has served since the look before; undefined where nobody knows. */
  readonly requests: number | undefined;
  readonly health: { readonly ok: boolean; readonly reason: string };
  /** By the name of the rule. */
  readonly findings: Readonly<Record<string, Finding>>;
  /** Alerts that fire now and are critical, in words. */
  readonly criticalAlerts: readonly string[];
}

/** What is looked at like a rule, and has no policy of its own: unseen it holds, and nothing goes forward. */
export function holdsUnseen(name: string): RuleLimits {
  return {
    name,
    failureLimit: 0,
    consecutiveErrorLimit: 4,
    onNoData: 'hold',
    onError: 'hold',
    dryRun: false,
  };
}
