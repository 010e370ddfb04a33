import { type Route, route } from '@sgraph-backbone/layer/runtime';
import { readStampedSettings, siteSettings } from '@sgraph-backbone/layer/settings';
import type { AdminContext } from '../admin-source.ts';
import { changeSettings } from './change-settings.ts';
import { settingsStore } from './settings-store.ts';

/** The settings of the site, to read and to replace. */
export function settingsRoutes({ source, now }: AdminContext): Route[] {
  const opened = async () => settingsStore(await source());
  return [
    route({
      method: 'GET',
      path: '/api/settings',
      scope: 'settings:read',
      summary: 'Every setting of the site, defaults filled in',
      answer: siteSettings,
      handle: async () => {
        const { settings, stamp } = await readStampedSettings(await opened());
        return { answer: settings, stamp };
      },
    }),
    route({
      method: 'PUT',
      path: '/api/settings',
      scope: 'settings:write',
      summary: 'Replace the settings of the site',
      description:
        'What is left out gets its default. The change counts for data that arrives from now on; reprocess applies it to what is kept.',
      conditional: true,
      body: siteSettings,
      answer: siteSettings,
      handle: async ({ body, ifMatch = '*', key }) => {
        const change = { settings: body, from: ifMatch, actor: key?.name ?? 'unknown', at: now() };
        const { settings, stamp } = await changeSettings(await opened(), change);
        return { answer: settings, stamp };
      },
    }),
  ];
}
