/** The part of the site settings that decides what counts as what. Its content hash is the rules version. */
export interface Rules {
  /** First match wins over the built-in definition of a page. `*` in a pattern is any text. */
  readonly page_rules: readonly { readonly path: string; readonly page: boolean }[];
  readonly api_prefixes: readonly string[];
  /** `<METHOD>[|<METHOD>…] <path glob>`. */
  readonly upload_rules: readonly string[];
  readonly download_rules: readonly string[];
  /** The only query parameters that are kept. */
  readonly query_parameters: readonly string[];
  /** Regular expressions over the decoded path, applied in order before anything is stored. */
  readonly path_rules: readonly { readonly match: string; readonly replace: string }[];
  readonly visitors: 'hashed' | 'off';
  readonly keep_request_ids: boolean;
  /** Agent patterns of uptime checkers. */
  readonly monitors: readonly string[];
  /** Requests that are not counted at all; every member given must match. */
  readonly exclude: readonly { readonly host?: string; readonly path?: string; readonly agent?: string }[];
}
