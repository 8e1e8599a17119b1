/** Something the caller should hear about: an HTTP status and a sentence. */
export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.name = 'Problem';
    this.status = status;
  }
}
