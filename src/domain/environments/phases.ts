/** The phases in which a version goes to production, in the order and under the names of its process document. */
export const releasePhases = {
  'pre-release-verification': 'Pre-release verification',
  'staging-deployment': 'Staging deployment',
  'production-deployment': 'Production deployment',
  'post-release': 'Post-release',
  rollback: 'Rollback',
} as const;
export type ReleasePhase = keyof typeof releasePhases;
