import { cargo } from './cargo.ts';
import { go } from './go.ts';
import type { ManifestKind } from './kind.ts';
import { npm } from './npm.ts';
import { python } from './python.ts';

/** The manifests that tell what users get. */
export const manifestKinds: readonly ManifestKind[] = [npm, go, python, cargo];
