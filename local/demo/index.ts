export type { DemoFile } from './deliveries.ts';
export { DEMO_SEED, demoFiles } from './demo-week.ts';
export { DEMO_SITE } from './site.ts';
