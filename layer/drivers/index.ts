export type { DiskObjectStore } from './disk.ts';
export { diskObjectStore } from './disk.ts';
export type { DriverOptions } from './driver-options.ts';
export { memoryObjectStore } from './memory.ts';
export { openStore } from './open-store.ts';
