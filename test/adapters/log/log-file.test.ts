import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLossySink } from '../../../src/adapters/log/lossy.ts';
import { RotatingFile } from '../../../src/adapters/log/rotating-file.ts';

const day = 86_400_000;
let directory: string;
let file: string;
let now: number;
let said: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-log-'));
  file = join(directory, 'worker.log');
  now = Date.now();
  said = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const rotation = { maxBytes: 100, maxAge: 7 * day, keep: 3, keepFor: 30 * day };
const open = (changes: Partial<typeof rotation> = {}) =>
  new RotatingFile(file, { ...rotation, ...changes }, () => now);
const sinkOn = (target: RotatingFile) =>
  createLossySink((line) => target.append(line), { now: () => now, say: (reason) => said.push(reason) });
const linesOf = (name = 'worker.log') => readFileSync(join(directory, name), 'utf8').trimEnd().split('\n');
const names = () => readdirSync(directory).sort();
const line = (number: number) => `${JSON.stringify({ number }).padEnd(39)}\n`;

it('a file of the greatest size becomes .1, and the oldest goes', () => {
  const log = open();
  for (let number = 1; number <= 11; number += 1) log.append(line(number));
  expect(names()).toEqual(['worker.log', 'worker.log.1', 'worker.log.2', 'worker.log.3']);
  const kept = ['.3', '.2', '.1', ''].flatMap((end) => linesOf(`worker.log${end}`));
  // Two lines a file: 1 to 4 went with the two oldest files.
  expect(kept.map((text) => (JSON.parse(text) as { number: number }).number)).toEqual([
    5, 6, 7, 8, 9, 10, 11,
  ]);
});

it('goes on with the file of the process before, and with its size', () => {
  open().append(line(1));
  open().append(line(2));
  expect(linesOf()).toHaveLength(2);
  open().append(line(3));
  expect(linesOf()).toHaveLength(1);
  expect(linesOf('worker.log.1')).toHaveLength(2);
});

it('a file of the greatest age is put aside, one that is empty or younger is not', () => {
  const log = open();
  log.append(line(1));
  now += 6 * day;
  log.append(line(2));
  expect(names()).toEqual(['worker.log']);
  now += 2 * day;
  log.append(line(3));
  expect(linesOf('worker.log.1')).toHaveLength(2);
  expect(linesOf()).toHaveLength(1);
});

it('what was put aside is removed after its time', () => {
  const log = open();
  for (let number = 1; number <= 5; number += 1) log.append(line(number));
  expect(names()).toEqual(['worker.log', 'worker.log.1', 'worker.log.2']);
  const long = new Date(now - 31 * day);
  utimesSync(`${file}.2`, long, long);
  log.append(line(6));
  log.append(line(7));
  expect(linesOf('worker.log.2').join()).toContain('"number":3');
  expect(names()).toEqual(['worker.log', 'worker.log.1', 'worker.log.2']);
});

it('none is kept where none shall be', () => {
  const log = open({ keep: 0 });
  for (let number = 1; number <= 5; number += 1) log.append(line(number));
  expect(names()).toEqual(['worker.log']);
  expect(linesOf()).toHaveLength(1);
});

it.skipIf(process.getuid?.() === 0)('a file that can not be put aside grows', () => {
  const log = open();
  log.append(line(1));
  log.append(line(2));
  chmodSync(directory, 0o500);
  try {
    log.append(line(3));
    log.append(line(4));
    expect(linesOf()).toHaveLength(4);
  } finally {
    chmodSync(directory, 0o700);
  }
});

it('a file that cannot be put aside, because a directory has the name, grows and loses nothing', () => {
  mkdirSync(`${file}.1`);
  writeFileSync(join(`${file}.1`, 'keep'), '');
  const log = open({ keep: 1 });
  for (let number = 1; number <= 6; number += 1) log.append(line(number));
  expect(linesOf()).toHaveLength(6);
});

it('a half-written last line of a process that was killed does not swallow the next one', () => {
  writeFileSync(file, '{"number":0}\n{"num');
  open().append(line(1));
  expect(linesOf().map((text) => text.trim())).toEqual(['{"number":0}', '{"num', '{"number":1}']);
});

it('a file that was moved away is begun anew', () => {
  const log = open();
  log.append(line(1));
  renameSync(file, `${file}.moved`);
  now += 2_000;
  log.append(line(2));
  expect(linesOf()).toHaveLength(1);
  expect(linesOf('worker.log.moved')).toHaveLength(1);
});

it('a directory that is gone costs lines, is not made anew, and is used when it is back', () => {
  const sink = sinkOn(open({ maxBytes: 1_000 }));
  sink.write(line(1));
  rmSync(directory, { recursive: true });
  now += 2_000;
  sink.write(line(2));
  sink.write(line(3));
  expect(existsSync(directory)).toBe(false);
  expect(sink.lost()).toBe(2);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('ENOENT');
  mkdirSync(directory);
  now += 4_000;
  sink.write(line(4));
  expect(existsSync(file)).toBe(false);
  now += 1_001;
  sink.write(line(5));
  const [note, back] = linesOf().map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(note).toMatchObject({ level: 'warn', lost: 3 });
  expect(note?.['message']).toMatch(/^3 log lines were lost: ENOENT/);
  expect(back).toEqual({ number: 5 });
});

it('a full disk costs lines', () => {
  symlinkSync('/dev/full', file);
  const sink = sinkOn(open());
  for (let number = 1; number <= 1_000; number += 1) sink.write(line(number));
  expect(sink.lost()).toBe(1_000);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('ENOSPC');
  // Said once an outage is tried again and again.
  for (let seconds = 0; seconds < 60; seconds += 6) {
    now += 6_000;
    sink.write(line(0));
  }
  expect(said).toHaveLength(1);
});

it('a directory in its place costs lines', () => {
  mkdirSync(file);
  const sink = sinkOn(open());
  sink.write(line(1));
  expect(sink.lost()).toBe(1);
  expect(said[0]).toContain('EISDIR');
});

it('an outage is said again only after an hour', () => {
  let broken = true;
  const sink = createLossySink(
    () => {
      if (broken) throw new Error('no');
    },
    { now: () => now, say: (reason) => said.push(reason) },
  );
  const outage = (): void => {
    broken = true;
    sink.write('a\n');
    broken = false;
    now += 6_000;
    sink.write('b\n');
  };
  outage();
  outage();
  expect(said).toHaveLength(1);
  now += 3_600_000;
  outage();
  expect(said).toHaveLength(2);
  expect(sink.lost()).toBe(3);
});
