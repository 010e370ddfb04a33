import { DEFAULT_COOKIE } from './access.ts';
import { json } from './answer.ts';
import { commandOf } from './body.ts';
import type { CacheApiContext } from './context.ts';
import { cacheOpenApi } from './openapi.ts';
import type { CacheRoute, Call } from './route.ts';
import { invalid } from './wire-error.ts';

/** The service about itself, and the cookie that browsers keep its key in. `others` are all other routes. */
export function aboutRoutes(context: CacheApiContext, others: readonly CacheRoute[]): CacheRoute[] {
  const { version, environment, server } = context;
  const routes: CacheRoute[] = [
    {
      method: 'GET',
      path: '/info/health',
      access: 'known',
      summary: 'Whether this runs; it needs a key, as the original does',
      answer: 'Health',
      handle: () => json({ status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/info/server',
      access: 'known',
      summary: 'Which server answers, and since when',
      answer: 'Server',
      handle: () =>
        json({
          server_id: server.id ?? null,
          server_name: server.name ?? null,
          server_instance_id: server.instanceId,
          server_boot_time: server.bootTime,
        }),
    },
    {
      method: 'GET',
      path: '/info/status',
      access: 'known',
      summary: 'Name, version and where it runs',
      answer: 'Status',
      handle: () => json({ name: NAME, version, status: 'operational', environment }),
    },
    {
      method: 'GET',
      path: '/info/versions',
      access: 'known',
      summary: 'Versions of what answers',
      answer: 'Versions',
      handle: () => json({ [NAME]: version }),
    },
    {
      method: 'GET',
      path: '/server/storage/info',
      access: 'known',
      summary: 'Which kind of store this is',
      answer: 'StorageInfo',
      handle: async () => json(storageInfo((await context.source()).url)),
    },
    {
      method: 'POST',
      path: '/auth/set-auth-cookie',
      access: 'public',
      summary: 'Keeps a key in a cookie that scripts cannot read',
      body: 'cookie',
      answer: 'AuthCookie',
      handle: (call) => authCookie(call, context.serviceKey?.name ?? DEFAULT_COOKIE),
    },
    {
      method: 'GET',
      path: '/openapi.json',
      access: 'public',
      summary: 'This reference',
      answer: 'application/json',
      handle: () => json(cacheOpenApi([...others, ...routes], version)),
    },
  ];
  return routes;
}

const NAME = 'sgraph_backbone_cache';

/** The original's names of the kinds of a store. */
export function storageInfo(url: string): Record<string, unknown> {
  const place = url.slice(url.indexOf(':') + 1);
  const none = { ttl_hours: null };
  if (url.startsWith('s3:')) return { storage_mode: 's3', ...none, s3_bucket: bucketOf(url) };
  if (url.startsWith('disk:')) return { storage_mode: 'local_disk', ...none, local_disk_path: place };
  if (url.startsWith('sqlite:')) return { storage_mode: 'sqlite', ...none, sqlite_path: place };
  if (url.startsWith('zip:')) return { storage_mode: 'zip', ...none, zip_path: place };
  return { storage_mode: 'memory', ...none };
}

/** Name of the bucket of an `s3://…` store; `NA` where there is none. */
export function bucketOf(url: string): string {
  return /^s3:\/\/([^/?]+)/.exec(url)?.[1] ?? 'NA';
}

function authCookie({ request }: Call, name: string) {
  const command = commandOf(request) as { cookie_value?: unknown } | null;
  const value = command?.cookie_value;
  if (typeof value !== 'string' || !/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(value)) {
    const msg = 'Input should be a valid cookie value: ASCII without spaces, quotes, commas, semicolons';
    throw invalid({ type: 'string_type', loc: ['body', 'cookie_value'], msg, input: null });
  }
  const secure = request.headers['x-forwarded-proto'] === 'https' ? '; Secure' : '';
  const cookie = `${name}=${value}; HttpOnly; Path=/; SameSite=strict${secure}`;
  const answer = { message: 'Cookie set successfully', cookie_name: name, cookie_value: value };
  return json(answer, { 'set-cookie': cookie });
}
