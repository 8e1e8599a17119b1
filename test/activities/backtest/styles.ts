import type { Growing } from './kinds.ts';

/** How projects write a version and tag it. Each tags what `version` says, with the prefix. */
export type Style = (history: Growing, version: string, tag: string) => void;

const changelog = (version: string) => ({ 'CHANGELOG.md': `# ${version}\n` });

function write(h: Growing, version: string, message: string, more: object = {}): number {
  h.manifest = { ...h.manifest, version };
  return h.commit(message, { files: { 'package.json': h.manifest, ...changelog(version) }, ...more });
}

export const styles: Readonly<Record<string, Style>> = {
  'a tag and nothing else': (h, _, tag) => h.tag(tag),
  'npm version': (h, version, tag) => {
    write(h, version, version);
    h.tag(tag, h.tip(), version);
  },
  'a release tool': (h, version, tag) => {
    write(h, version, `chore(release): ${version} [skip ci]`);
    h.tag(tag);
  },
  'words that name the version, and only files of versions': (h, version, tag) => {
    write(h, version, `Changelog and docs of ${version}, at last`);
    h.tag(tag);
  },
  'a pull request of its own': (h, version, tag) => {
    const first = h.tip();
    const release = write(h, version, `chore: release ${version}`, {
      branch: 'release-pr',
      parents: [first],
    });
    h.commit(`Merge pull request #9 from acme/release-${version}`, { parents: [first, release], files: {} });
    h.tag(tag);
  },
  'two commits, and the tag on the second': (h, version, tag) => {
    write(h, version, `Bump version to ${version}`);
    h.commit(`docs: changelog of ${version}`, { files: changelog(version) });
    h.tag(tag);
  },
};
