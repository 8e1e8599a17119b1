/** What must not reach a document: control characters, and those that turn the direction of all that follows. */
const unwanted = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** As much of a text as a report shows, whole characters only; what is left out is counted. */
export function excerpt(text: string, limit: number): string {
  const clean = text.toWellFormed().replace(unwanted, '');
  if (clean.length <= limit) return clean;
  const letters = [...clean];
  if (letters.length <= limit) return clean;
  return `${letters.slice(0, limit).join('')}… (${letters.length - limit} more characters)`;
}
