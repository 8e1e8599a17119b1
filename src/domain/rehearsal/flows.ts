/** The flows that can be rehearsed: the one list, for the command line, its help and the rehearsal itself. */
export const rehearsedFlows = ['release', 'rollback'] as const;
export type RehearsedFlow = (typeof rehearsedFlows)[number];
