import { BadContent, BadJson, BadName, BadZip, NoSuchField } from '@sgraph-backbone/layer/cache';
import { BadStoreInput, Conflict } from '@sgraph-backbone/layer/store';
import { changed, existsAlready } from './answer.ts';
import { badJson } from './body.ts';
import { badName, invalid, WireError } from './wire-error.ts';

/** What somebody can put right, as an answer; everything else is a 500. */
export function domainError(error: unknown): WireError | undefined {
  if (error instanceof BadJson) return badJson(error.message, error);
  if (error instanceof NoSuchField) return badName('json_field_path', error.path, error.message);
  if (error instanceof BadName) return badName(error.field, null, error.message);
  if (error instanceof BadStoreInput) return badName('path', null, error.message);
  if (error instanceof BadContent) {
    return invalid({ type: 'value_error', loc: ['body'], msg: error.message, input: null }, error);
  }
  if (error instanceof BadZip) return new WireError(400, error.message, { cause: error });
  if (error instanceof Conflict) {
    const what = 'what is stored there';
    return error.reason === 'exists' ? existsAlready(what) : changed(what);
  }
  return undefined;
}
