export type { Asset, Assets } from './assets.ts';
export { createLocalServer, type LocalServer, type LocalServerOptions } from './local-server.ts';
