import { BadZip } from './errors.ts';
import { matchesName } from './name-pattern.ts';
import type { ZipMembers } from './zip-file.ts';
import { checkedMember } from './zip-names.ts';

/** One step of a batch; which of its members count depends on the action. */
export interface ZipOperation {
  /** Any but these fail as unknown. */
  readonly action: 'add' | 'remove' | 'replace' | 'rename' | (string & {});
  readonly path: string;
  /** Of add and replace. @default empty */
  readonly content?: Uint8Array;
  /** Of rename. */
  readonly newPath?: string;
  /** A step whose condition on `path` does not hold is skipped, and counts as applied. @default 'always' */
  readonly condition?: 'always' | 'if_exists' | 'if_not_exists';
  /** Of remove, in place of the path: every name that matches as of Python's `fnmatch`. */
  readonly pattern?: string;
}

export interface ZipOperationResult {
  readonly action: string;
  readonly path: string;
  readonly success: boolean;
  /** Empty where it succeeded. */
  readonly error: string;
}

/** What a batch made of a zip. */
export interface ZipChanges {
  readonly members: ZipMembers;
  readonly results: readonly ZipOperationResult[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
  /** A step failed and the batch was to hold together: nothing has changed. */
  readonly rolledBack: boolean;
}

/** Applies steps one after the other; `atomic` stops at the first that fails and changes nothing then. */
export function applyZipOperations(
  members: ZipMembers,
  operations: readonly ZipOperation[],
  { atomic = true }: { readonly atomic?: boolean } = {},
): ZipChanges {
  const changed = new Map(members);
  const results: ZipOperationResult[] = [];
  for (const operation of operations) {
    const { action, path } = operation;
    const error = tryOperation(changed, operation);
    results.push({ action, path, success: error === '', error });
    if (error !== '' && atomic)
      return { members, results, added: [], removed: [], modified: [], rolledBack: true };
  }
  return { members: changed, results, ...differences(members, changed), rolledBack: false };
}

function tryOperation(members: Map<string, Uint8Array>, operation: ZipOperation): string {
  try {
    if (isMeant(members, operation)) apply(members, operation);
    return '';
  } catch (error) {
    if (error instanceof BadZip) return error.message;
    throw error;
  }
}

function isMeant(members: ZipMembers, { condition = 'always', path }: ZipOperation): boolean {
  return condition === 'always' || members.has(path) === (condition === 'if_exists');
}

function apply(members: Map<string, Uint8Array>, operation: ZipOperation): void {
  const { action, path, content = new Uint8Array(), newPath, pattern } = operation;
  if (action === 'add') members.set(checkedMember(path), content);
  else if (action === 'replace') members.set(present(members, path), content);
  else if (action === 'rename') rename(members, present(members, path), newPath ?? '');
  else if (action === 'remove' && pattern) removeMatching(members, pattern);
  else if (action === 'remove') members.delete(present(members, path));
  else throw new BadZip(`Unknown action: ${action}`);
}

function present(members: ZipMembers, path: string): string {
  if (members.has(path)) return path;
  throw new BadZip(`File '${path}' not found in zip`);
}

function rename(members: Map<string, Uint8Array>, path: string, newPath: string): void {
  checkedMember(newPath);
  if (newPath === path) return;
  if (members.has(newPath)) throw new BadZip(`File '${newPath}' exists in zip`);
  members.set(newPath, members.get(path)!);
  members.delete(path);
}

function removeMatching(members: Map<string, Uint8Array>, pattern: string): void {
  for (const name of members.keys()) if (matchesName(name, pattern)) members.delete(name);
}

function differences(before: ZipMembers, after: ZipMembers) {
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    modified: [...after]
      .filter(([name, content]) => before.has(name) && before.get(name) !== content)
      .map(([name]) => name),
  };
}
