/** GitHub's limits, in characters. */
const longest = { body: 65_536, title: 256 };

/** An HTML comment, invisible on the page, by which an issue is found again. */
export function markerOf(key: string): string {
  return `${markerStart(key)} -->`;
}

/** The beginning of the markers of all keys that begin so. */
export function markerStart(key: string): string {
  return `<!-- sluice-key: ${encodeURIComponent(key.toWellFormed())}`;
}

/** The body with its marker at the end; a body that is too long is cut, the marker never. */
export function withMarker(body: string, key: string): string {
  const marker = `\n\n${markerOf(key)}`;
  const note = '\n\n… (cut)';
  const room = longest.body - marker.length;
  return (body.length <= room ? body : body.slice(0, room - note.length) + note) + marker;
}

export function shortTitle(title: string): string {
  const line = title.replace(/\s+/g, ' ').trim() || '(untitled)';
  return line.length <= longest.title ? line : `${line.slice(0, longest.title - 1)}…`;
}
