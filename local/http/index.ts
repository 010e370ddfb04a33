export type { Asset, Assets } from './assets.ts';
export {
  createLocalServer,
  type LocalServer,
  type LocalServerOptions,
  type MountedCache,
  PortTaken,
} from './local-server.ts';
