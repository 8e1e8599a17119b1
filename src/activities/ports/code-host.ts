/** Where pull requests, checks, issues and releases live. */
export interface CodeHost {
  /** Open pull requests that belong to the release and are not merged. */
  openPullRequests(
    base: string,
  ): Promise<readonly { readonly number: number; readonly title: string; readonly url: string }[]>;
  /** Continuous-integration state of a commit; `none` where nothing reports. */
  checkStatus(commit: string): Promise<CheckStatus>;
  /** Open issues that are critical or high. */
  openBugs(): Promise<readonly Bug[]>;
  /** Open issues that Sluice opened for a run, whatever their severity; by number. */
  openTasks(
    run: string,
  ): Promise<readonly { readonly number: number; readonly title: string; readonly url: string }[]>;
  /** Creates the release of a tag, or finds it: safe to repeat. */
  publishRelease(release: {
    tag: string;
    name: string;
    /** Markdown, whole. Where the host has a limit, what is published ends with a link to `file`. */
    notes: string;
    /** The path of the notes in the repository, as the tag has it. */
    file: string;
    prerelease: boolean;
  }): Promise<{ readonly url: string; readonly created: boolean }>;
  /** Creates the issue, or finds the one that carries `key`: safe to repeat. */
  createIssue(issue: {
    title: string;
    body: string;
    labels: readonly string[];
    severity?: Severity;
    key: string;
  }): Promise<{ readonly number: number; readonly url: string; readonly created: boolean }>;
}

export type Severity = 'critical' | 'high' | 'medium' | 'low';

export interface CheckStatus {
  readonly state: 'passed' | 'failed' | 'pending' | 'none';
  /** Names of the checks that are not green. */
  readonly notGreen: readonly string[];
}

export interface Bug {
  readonly number: number;
  readonly title: string;
  readonly severity: 'critical' | 'high';
  readonly url: string;
}

/** The code host can't be reached or refuses; `retryable` where trying again later may help. */
export class CodeHostProblem extends Error {
  override readonly name = 'CodeHostProblem';
  readonly retryable: boolean;
  constructor(message: string, retryable: boolean) {
    super(message);
    this.retryable = retryable;
  }
}
