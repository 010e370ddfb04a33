export type { Around, StoreCall } from './around.ts';
export { aroundObjectStore, aroundStore } from './around.ts';
export type { Crashing } from './crashing.ts';
export { crashing, Killed } from './crashing.ts';
export { failing, StoreFailure } from './failing.ts';
export type { Recorded } from './recording.ts';
export { recording } from './recording.ts';
export { seededRandom } from './seeded-random.ts';
export { yielding } from './yielding.ts';
