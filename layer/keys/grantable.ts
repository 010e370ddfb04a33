import { type GrantedScope, SCOPES, schema as z } from '@sgraph-backbone/layer/runtime';

const ACCEPTED = `one of ${Object.keys(SCOPES).join(', ')}, or cache:<namespace> for a namespace of the cache service`;

/** What a key can be given. Backbone's own namespaces are read with `cache:read`, and nobody writes there. */
export const grantable = z
  .string()
  .refine((scope) => Object.hasOwn(SCOPES, scope) || NAMESPACE_SCOPE.test(scope), { error: ACCEPTED })
  .transform((scope) => scope as GrantedScope)
  .meta({ description: ACCEPTED });

const NAMESPACE_SCOPE = /^cache:(?!(?:sa|bb)-)[A-Za-z0-9_-]{1,128}$/;
