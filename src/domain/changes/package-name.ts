/** The name that a package.json declares. */
export function packageName(packageText: string | undefined): string | undefined {
  const { name } = parse(packageText);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse((text ?? '{}').replace(/^\uFEFF/, ''));
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
