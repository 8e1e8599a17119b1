import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isSecretName } from '../../src/adapters/log/redaction.ts';
import { isLogSetting, logLevels, logSettings } from '../../src/adapters/log/settings.ts';

let doc: string;
beforeAll(async () => {
  doc = await readFile(join(import.meta.dirname, '../../docs/logs.md'), 'utf8');
});

describe('docs/logs.md', () => {
  it('has every setting, with the default that is used', () => {
    const rows = [...doc.matchAll(/^\| `(SLUICE_LOG_\w+)` \|.*\| `(\w+)` +\|$/gm)];
    const env = Object.fromEntries(rows.map(([, name = '', value = '']) => [name, value] as const));
    expect(Object.keys(env).filter(isLogSetting)).toHaveLength(5);
    expect(logSettings(env)).toEqual(logSettings({}));
  });
  it('names every level', () => {
    for (const level of logLevels) expect(doc).toContain(`\`${level}\``);
  });
  it('names what is redacted', () => {
    const [, names = ''] = /a name that ends like ([^:]+):/s.exec(doc) ?? /a name that ends like (.*?),? for the/s.exec(doc) ?? [];
    const quoted = [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    expect(quoted.length).toBeGreaterThan(8);
    expect(quoted.filter((name) => !isSecretName(name))).toEqual([]);
  });
});
