// Builds the shop's repository with its history in an empty directory, and a sluice.yaml that fits it.
//   node history.js DIRECTORY
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { firstCommits } from './history/first.js';
import { edit } from './history/edit.js';
import { commitAll, git } from './history/git.js';
import { fixCommits, voucherCommits } from './history/vouchers.js';

const example = import.meta.dirname;

/** What belongs to the example and not to the shop. */
const notTheShop = ['history', 'history.js', 'history.d.ts', 'traffic.js', 'sluice.yaml'];

/** history.d.ts describes what goes in and what comes out. */
export async function buildShop({ directory, ports = {}, monitor = {} }) {
  const root = resolve(directory);
  const [checkout, remote, data] = ['checkout', 'remote.git', 'data'].map((name) => join(root, name));
  const config = join(root, 'sluice.yaml');
  for (const path of [checkout, remote, config]) {
    if (existsSync(path)) throw new Error(`${path} exists already: build the shop in an empty directory.`);
  }
  mkdirSync(data, { recursive: true });
  await createRepositories(root, { checkout, remote });
  for (const commit of firstCommits) {
    for (const [path, older] of Object.entries(commit.files)) {
      write(checkout, path, typeof older === 'string' ? older : edit(path, shopFile(path), older));
    }
    await commitAll(checkout, commit);
  }
  compareWithExample(checkout);
  const head = await push(checkout);
  writeFileSync(config, fillIn({ data, ports, monitor }));
  return {
    checkout,
    remote,
    data,
    config,
    head,
    addBadVersion: () => addCommits(checkout, voucherCommits),
    addFix: () => addCommits(checkout, fixCommits),
  };
}

async function createRepositories(root, { checkout, remote }) {
  await git(root, ['init', '--quiet', '--bare', '--initial-branch=main', '--template=', remote]);
  await git(root, ['init', '--quiet', '--initial-branch=main', '--template=', checkout]);
  const settings = {
    'user.name': 'Corner Shop',
    'user.email': 'team@shop.example',
    'core.autocrlf': 'false',
  };
  for (const [key, value] of Object.entries(settings)) await git(checkout, ['config', key, value]);
  await git(checkout, ['remote', 'add', 'origin', remote]);
}

async function push(checkout) {
  await git(checkout, ['push', '--quiet', '--set-upstream', 'origin', 'main']);
  return git(checkout, ['rev-parse', 'HEAD']);
}

/** Adds commits on top of whatever main is by now: a release has merged into it meanwhile. */
async function addCommits(checkout, commits) {
  await git(checkout, ['pull', '--quiet', '--ff-only', 'origin', 'main']);
  for (const commit of commits) {
    for (const path of commit.add ?? []) {
      write(checkout, path, readFileSync(join(example, 'history', 'vouchers', path), 'utf8'));
    }
    for (const [path, pairs] of Object.entries(commit.edits)) {
      write(checkout, path, edit(path, readFileSync(join(checkout, path), 'utf8'), pairs));
    }
    await commitAll(checkout, { ...commit, date: await dateAfterHead(checkout, commit.date) });
  }
  return { head: await push(checkout), commits: commits.map(({ subject }) => subject) };
}

/** The commit's own date, unless what it stands on is younger. */
async function dateAfterHead(checkout, date) {
  const head = Number(await git(checkout, ['log', '-1', '--format=%ct'])) * 1_000;
  return Date.parse(date) > head ? date : new Date(head + 1_000).toISOString();
}

/** A file of the shop as it is today. Its README leaves out what is about the example. */
function shopFile(path) {
  const text = readFileSync(join(example, path), 'utf8');
  return path === 'README.md' ? text.replace(/\n## As an example for Sluice\n[^]*/, '') : text;
}

function write(root, path, text) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The history must end with the shop of this directory: a file that it forgets would be missing from releases. */
function compareWithExample(checkout) {
  const expected = filesOf(example).filter((path) => !notTheShop.includes(path.split('/')[0]));
  const forgotten = expected.filter((path) => {
    const file = join(checkout, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== shopFile(path);
  });
  if (forgotten.length > 0) {
    throw new Error(
      `history/first.js does not end with today's ${forgotten.join(', ')}: add it to a commit.`,
    );
  }
}

function filesOf(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !/(^|\/)node_modules\/|^reports\/.*\.xml$|\.sqlite(-\w+)?$/.test(path));
}

/** The example's sluice.yaml with the paths, ports and times of this shop. */
function fillIn({ data, ports, monitor }) {
  const values = {
    'path: .': 'path: checkout',
    '/var/lib/shop/staging.sqlite': JSON.stringify(join(data, 'staging.sqlite')),
    '/var/lib/shop/production.sqlite': JSON.stringify(join(data, 'production.sqlite')),
    4100: String(ports.staging ?? 4100),
    4200: String(ports.production ?? 4200),
    'for: 10s': `for: ${monitor.for ?? '10s'}`,
    'every: 1s': `every: ${monitor.every ?? '1s'}`,
  };
  const missing = new Set(Object.keys(values));
  const template = readFileSync(join(example, 'sluice.yaml'), 'utf8');
  const pattern = /path: \.(?=\n)|\/var\/lib\/shop\/\w+\.sqlite|\b4[12]00\b|\bfor: 10s|\bevery: 1s/g;
  const text = template.replace(pattern, (found) => {
    missing.delete(found);
    return values[found];
  });
  if (missing.size > 0)
    throw new Error(`sluice.yaml of the example no longer says ${[...missing].join(', ')}.`);
  return text;
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2);
  if (!directory) {
    console.error('Say where: node history.js DIRECTORY');
    process.exitCode = 2;
  } else {
    const { checkout, config } = await buildShop({ directory });
    console.log(`Built ${checkout} and ${config}`);
  }
}
