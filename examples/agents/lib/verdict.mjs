/** Findings of one or of several reviewers, and the verdict that follows from them. */

const order = ['critical', 'high', 'medium', 'low'];

export const isSerious = ({ severity }) => severity === 'critical' || severity === 'high';

/** The worst first; among equals the order stays. */
export const sorted = (findings) =>
  findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));

export function verdictOf(findings, reviews = []) {
  return findings.some(isSerious) || reviews.some(({ verdict }) => verdict === 'reject')
    ? 'reject'
    : 'approve';
}

/** Each finding once: the same file and the same words, whoever said them. */
export function merge(reviews) {
  const found = new Map();
  for (const { role = 'a reviewer', status = 'done', verdict, findings = [], summary = '' } of reviews) {
    const missing = status !== 'done' || (verdict !== 'approve' && verdict !== 'reject');
    const nothing = { severity: 'high', title: `no review by ${role}`, detail: summary };
    for (const finding of [...(missing ? [nothing] : []), ...findings]) {
      const key = `${finding.file ?? ''}\n${finding.title
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, ' ')
        .trim()}`;
      const known = found.get(key);
      const by = new Set([...(known?.by ?? []), role]);
      const worse =
        known && order.indexOf(known.severity) <= order.indexOf(finding.severity) ? known : finding;
      found.set(key, { ...worse, by });
    }
  }
  const all = [...found.values()].map(({ by, detail = '', ...finding }) => ({
    ...finding,
    detail: [detail, `(${[...by].join(', ')})`].filter(Boolean).join(' '),
  }));
  return sorted(all);
}
