/**
 * A notification was not delivered. `permanent`: the receiver refuses it and would refuse it again, so somebody has to
 * change the configuration; otherwise trying again later may help.
 */
export class NotificationProblem extends Error {
  override readonly name = 'NotificationProblem';
  readonly permanent: boolean;
  /** `message` says where it was sent (never the secret address) and what came back. */
  constructor(message: string, permanent: boolean) {
    super(message);
    this.permanent = permanent;
  }
}
