interface Described {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const alertName = ({ labels }: Pick<Described, 'labels'>): string =>
  labels['alertname']?.trim() || 'an alert without a name';

/** An alert for people, on one line: `HighErrorRate: 12 % of requests fail (severity critical)`. */
export function alertText({ labels, annotations }: Described): string {
  const { summary, description, message } = annotations;
  const said = [summary, description, message].map(oneLine).find((text) => text !== '');
  const severity = oneLine(labels['severity']);
  return [
    said ? `${alertName({ labels })}: ${said}` : alertName({ labels }),
    severity && ` (severity ${severity})`,
  ].join('');
}

const oneLine = (text: string | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 200);
