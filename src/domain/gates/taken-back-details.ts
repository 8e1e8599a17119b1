import type { Past } from '../records/past.ts';
import { takenBackText } from '../records/past.ts';
import { inline } from '../text/markdown.ts';

/** What was taken back before, a version an entry, with its open tasks below it. Markdown; empty where nothing was. */
export function renderTakenBack({ takenBack }: Past, environment: string): string {
  return takenBack
    .flatMap(({ tasks, ...each }) => [
      `- ${inline(takenBackText(each, environment), 2_000)}`,
      ...(tasks === undefined
        ? ['  - Whether tasks of it are open could not be read.']
        : tasks.length === 0
          ? ['  - No task of it is open.']
          : tasks.map(
              ({ number, title, url }) => `  - Still open: #${number} ${inline(title)} (<${linkTo(url)}>)`,
            )),
    ])
    .join('\n');
}

/** Issues that the running version goes on with. Markdown; empty where none is open. */
export const renderNoted = ({ noted = [] }: Past): string =>
  noted.map(({ number, title, url }) => `- #${number} ${inline(title)} (<${linkTo(url)}>)`).join('\n');

const linkTo = (url: string): string => url.replace(/[<>\s]/g, encodeURIComponent);
