export { type Application, type ApplicationContext, createApplication } from './application.ts';
export { demoReadings } from './costs.ts';
export type { DemoFile } from './deliveries.ts';
export { DEMO_SEED, type DemoWeek, demoFiles, demoWeek } from './demo-week.ts';
export { invitations } from './invitations.ts';
export type { Report } from './reports.ts';
export { DEMO_SITE } from './site.ts';
