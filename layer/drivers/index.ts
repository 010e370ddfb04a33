export type { DriverOptions } from './memory.ts';
export { memoryObjectStore } from './memory.ts';
export { openStore } from './open-store.ts';
