import { decodeText } from './decoding.ts';

/**
 * Replaces text that looks like an address or an e-mail address, whatever it really is:
 * - four or more numbers joined by dots (`1.2.3` and `2024.11.05` stay), also joined by `-` between dots or
 *   at the beginning of a host's name, as reverse names of providers have them;
 * - hex groups joined by colons, if there is a `::` or if they are at least six (`12:30:45` stays);
 * - something, `@`, and a domain whose last label begins with a letter (`pkg@1.2.3` stays).
 * What hides behind further percent-encoding or in full-width forms is found too: such text is kept decoded.
 */
export function redact(text: string): string {
  const plain = redactPlain(text);
  if (!/%[0-9a-fA-F]{2}|[^\u0020-\u007e]/.test(text)) return plain;
  const deep = fullyDecoded(text);
  const redacted = redactPlain(deep);
  return redacted === deep ? plain : redacted;
}

/** Reverse names of providers spell addresses with dashes: `ec2-192-0-2-7.compute.example`. */
export function redactHost(host: string): string {
  return redact(host.replace(/(?<!\d)\d{1,3}(?:-\d{1,3}){3,}(?!\d)/g, '[address]'));
}

const DOTTED = /(?<!\d)\d+(?:\.\d+){3,}/g;
const COLONS = /(?<![0-9a-fA-F:])[0-9a-fA-F:]*:[0-9a-fA-F:]*/g;
const MAIL = /[^\s/@?&=;,:<>()[\]{}"]{1,64}@(?:[\p{L}\p{N}_-]{1,63}\.){1,8}\p{L}[\p{L}\p{N}-]*/gu;

function redactPlain(text: string): string {
  let out = text;
  if (out.includes('@')) out = out.replace(MAIL, '[email]');
  if (out.includes('.')) out = out.replace(DOTTED, '[address]');
  if (out.includes(':')) out = out.replace(COLONS, redactColons);
  return out;
}

function redactColons(run: string, at: number, text: string): string {
  const groups = run.split(':').filter((group) => group !== '').length;
  if (groups >= 6) return '[address]';
  if (!run.includes('::') || groups === 0) return run;
  // `std::string` and `Foo::Bar` are no addresses: their one group is part of a longer word.
  const glued = /\w/.test(text[at - 1] ?? '') || /\w/.test(text[at + run.length] ?? '');
  return groups === 1 && glued ? run : '[address]';
}

/** Without percent-encoding, up to eight layers of it, and without full-width forms. */
export function fullyDecoded(text: string): string {
  let deep = text;
  for (let layer = 0; layer < 8; layer++) {
    const next = decodeText(deep);
    if (next === deep) break;
    deep = next;
  }
  return deep.normalize('NFKC');
}
