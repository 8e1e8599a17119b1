import { SourceProblem } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';
import { push } from './push.ts';
import { commitOf, requireRefName } from './refs.ts';

/**
 * An annotated tag, made and pushed as an object: no tag of ours is ever left in the clone.
 * @throws SourceProblem `tag-exists`, `push-rejected`, `unknown-ref`, `unreachable`, `denied`
 */
export async function pushTag(
  clone: Clone,
  request: { name: string; commit: string; message: string },
): Promise<{ readonly created: boolean }> {
  const ref = `refs/tags/${request.name}`;
  await requireRefName(clone, ref);
  await clone.fetch();
  const commit = await commitOf(clone, request.commit);
  if (await standsOn(clone, ref, commit, request.name)) return { created: false };
  const { name, email } = clone.identity;
  const plain = (text: string) => text.replace(/[<>\n]/g, '');
  const header = `object ${commit}\ntype commit\ntag ${request.name}\ntagger ${plain(name)} <${plain(email)}> ${Math.floor(Date.now() / 1_000)} +0000\n`;
  const made = await clone.git(['mktag'], {
    input: `${header}\n${request.message.replaceAll('\0', '').trim() || request.name}\n`,
  });
  if (!made.ok) throw new Error(`The tag ${request.name} can't be written: ${made.stderr.trim()}`);
  if ((await push(clone, { to: ref, object: made.stdout.trim() })) === 'pushed') return { created: true };
  await clone.fetch();
  if (await standsOn(clone, ref, commit, request.name)) return { created: false };
  throw new SourceProblem(
    'unreachable',
    `The tag ${request.name} is being changed on ${clone.url} by somebody else: it is tried again.`,
  );
}

async function standsOn(clone: Clone, ref: string, commit: string, name: string): Promise<boolean> {
  const found = await clone.git(['rev-parse', '--verify', '--quiet', `${ref}^{}`]);
  if (!found.ok) return false;
  const other = found.stdout.trim();
  if (other === commit) return true;
  throw new SourceProblem(
    'tag-exists',
    `The tag ${name} stands on ${other.slice(0, 10)} and not on ${commit.slice(0, 10)}. A tag is never moved: delete it (git push origin :refs/tags/${name}) if it is wrong, or release a higher version.`,
  );
}
