const whole =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9a-z-]+(?:\.[0-9a-z-]+)*)?(?:\+[0-9a-z.-]+)?$/;

/** A whole semantic version, with or without the `v`. */
export function isVersionText(text: string): boolean {
  return whole.test(text);
}

/** What somebody may have meant as a version: `v1`, `1.4`, `2.0.0-rc.1`. A bare number is none. */
export const versionLike = /^(?:v\d[\w.+-]*|\d+\.\d[\w.+-]*)$/;
