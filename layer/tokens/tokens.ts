import { createHash } from 'node:crypto';
import type { EventSink } from '@sgraph-backbone/layer/events';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { type Change, type CommitOptions, createCommits } from './commits.ts';
import { createToken, type NewToken } from './creation.ts';
import { decideUse, type TokenUse, type UseAnswer } from './decision.ts';
import { edited, type TokenEdit, type Turn, turned } from './edits.ts';
import { UnknownToken } from './errors.ts';
import { createOutbox } from './outbox.ts';
import { cacheHashOf, type TokenRecord } from './record.ts';

export interface TokensContext extends Pick<CommitOptions, 'now' | 'sleep' | 'random'> {
  readonly data: ObjectStore;
  /** Where the events of uses go. */
  readonly sink: EventSink;
  /** Told of events that could not be handed on; those of accepted uses wait in their record. */
  readonly failed: (error: unknown) => void;
}

/** The tokens of one store, as one process changes them: there is one of these per store and process. */
export interface Tokens {
  /** Throws NameTaken. */
  create(token: NewToken): Promise<TokenRecord>;
  /** Throws UnknownToken, TokenBusy. */
  use(name: string, use: TokenUse): Promise<UseAnswer>;
  /** From a generation that was read; undefined: whatever is there. Throws UnknownToken, TokenBusy, StaleEdit. */
  edit(name: string, edit: TokenEdit, generation: number | undefined): Promise<TokenRecord>;
  /** Throws UnknownToken, TokenBusy, WrongState. */
  turn(name: string, turn: Turn): Promise<TokenRecord>;
  /** Resolves when no event is on its way to the sink: for what is frozen or ends. */
  settled(): Promise<void>;
}

/** Tokens whose limits hold, whoever uses them at the same time. */
export function createTokens(context: TokensContext): Tokens {
  const { data, now, sleep, random } = context;
  const outbox = createOutbox(context);
  const commits = createCommits(data, {
    now,
    sleep,
    random,
    done: outbox.done,
    written: outbox.note,
  });
  const changed = (name: string, edit: (record: TokenRecord) => TokenRecord) =>
    commits.change(
      name,
      known(name, (found) => {
        const record = edit(found);
        return { record, answer: record };
      }),
    );
  return {
    create: (token) => createToken(data, token, now()),
    use: async (name, use) => {
      const answer = await commits.change(
        name,
        known(name, (record) => decideUse(record, use, now())),
      );
      if (!answer.success) outbox.pass(rejection(name, use));
      return answer;
    },
    edit: (name, edit, generation) => changed(name, (record) => edited(record, edit, generation)),
    turn: (name, turn) => changed(name, (record) => turned(record, turn, now())),
    settled: outbox.settled,
  };
}

function known<T>(name: string, change: (record: TokenRecord) => ReturnType<Change<T>>): Change<T> {
  return (record) => {
    if (record === undefined) throw new UnknownToken(name);
    return change(record);
  };
}

/** No record holds it: whoever is turned away again and again must not make one grow. */
function rejection(name: string, { use_id, event }: TokenUse) {
  const id = createHash('sha256').update(use_id).digest('hex').slice(0, 24);
  return {
    ...event,
    event_id: `no-${cacheHashOf(name)}-${id}`,
    event_type: 'token_rejected',
    token: name,
  };
}
