import { decodeText, neutralise } from './decoding.ts';
import { fullyDecoded } from './redaction.ts';

/** Replaces what must not be kept in a text that is: a path, or the value of a query parameter of this name. */
export type Hide = (text: string, parameter?: string) => string;

/**
 * Replaces an id of `A-Z a-z 0-9 _ -` by `{id}` wherever it stands in a text, also as a part of a word and behind
 * percent-encoding of any depth: then the text is kept decoded.
 */
export function hidingId(id: string): Hide {
  // What a path rule has already put there is no part of an id.
  const found = new RegExp(`\\{id\\}|${id}`, 'g');
  return (text) => {
    const plain = text.replace(found, '{id}');
    if (!/%[0-9a-fA-F]{2}|[^\u0020-\u007e]/.test(text)) return plain;
    const deep = fullyDecoded(decodeText(text.replace(NESTED, '%')));
    const hidden = deep.replace(found, '{id}');
    return hidden === deep ? plain : neutralise(hidden);
  };
}

/** A percent sign that was encoded over and over again. */
const NESTED = /%(?:25)+(?=[0-9a-fA-F]{2})/g;

export const hideNothing: Hide = (text) => text;
