import { readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';
import type { CacheApiContext } from './context.ts';

const ENVIRONMENT = {
  FAST_API__AUTH__API_KEY__NAME: z.string().optional().meta({ description: 'header and cookie of the key' }),
  FAST_API__AUTH__API_KEY__VALUE: z.string().optional().meta({ description: 'that key' }),
  FAST_API__SERVER_ID: z.string().optional().meta({ description: 'shown by info/server' }),
  FAST_API__SERVER_NAME: z.string().optional().meta({ description: 'shown by info/server' }),
};

type FromEnvironment = Pick<CacheApiContext, 'serviceKey'> & {
  readonly server: { readonly id?: string; readonly name?: string };
};

/** What the original's variables say: clients that know its one key keep it. */
export function cacheEnvironment(environment: Readonly<Record<string, string | undefined>>): FromEnvironment {
  const read = readEnvironment(ENVIRONMENT, environment);
  const { FAST_API__AUTH__API_KEY__NAME: name, FAST_API__AUTH__API_KEY__VALUE: value } = read;
  const { FAST_API__SERVER_ID: id, FAST_API__SERVER_NAME: serverName } = read;
  return {
    ...(name === undefined && value === undefined ? {} : { serviceKey: given({ name, value }) }),
    server: given({ id, name: serverName }),
  };
}

function given<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
