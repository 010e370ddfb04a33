export type { Asset, Assets } from './assets.ts';
export { createLocalServer, type LocalServer, type LocalServerOptions, PortTaken } from './local-server.ts';
