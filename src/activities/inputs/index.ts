import { agentInputs } from './agents.ts';
import { environmentInputs } from './environments.ts';
import { recordInputs } from './records.ts';
import { releaseInputs } from './release.ts';

/** What each activity takes: exactly that, and nothing else. */
export const inputs = { ...environmentInputs, ...releaseInputs, ...agentInputs, ...recordInputs };
