/** All workflow types, by their public names. */
export { blueGreen } from './blue-green.ts';
export { environmentLock } from './environments/environment-lock.ts';
export { inquiry } from './inquiry.ts';
export { notification } from './notification.ts';
export { release } from './release.ts';
export { rollback } from './rollback.ts';
export { rollout } from './rollout.ts';
