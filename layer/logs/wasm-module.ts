/**
 * As much of WebAssembly's binary format (webassembly.github.io/spec/core/binary) as a few loops over bytes need:
 * code is written as nested calls, each of them its operands' bytes and then its own.
 */
export type Code = readonly number[];

/** A function that is exported: numbers in and out are 32 bits wide. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly results: 0 | 1;
  /** Types of the locals that follow the parameters. */
  readonly locals: readonly number[];
  readonly body: Code;
}

export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;

const EMPTY = 0x40;
const PAGE = 65_536;

const operation =
  (...code: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...code];

export const add = operation(0x6a);
export const subtract = operation(0x6b);
export const and = operation(0x71);
export const or = operation(0x72);
export const shiftLeft = operation(0x74);
export const shiftRight = operation(0x76);
export const firstBit = operation(0x68);
export const isZero = operation(0x45);
export const different = operation(0x47);
export const below = operation(0x49);
export const load = operation(0x28, 2, 0);
export const store = operation(0x36, 2, 0);

export const multiply64 = operation(0x7e);
export const subtract64 = operation(0x7d);
export const and64 = operation(0x83);
export const xor64 = operation(0x85);
export const shiftLeft64 = operation(0x86);
export const shiftRight64 = operation(0x88);
export const different64 = operation(0x52);
export const load64 = operation(0x29, 0, 0);
export const wide = operation(0xad);
export const narrow = operation(0xa7);

export const load128 = operation(0xfd, 0x00, 0, 0);
export const or128 = operation(0xfd, 0x50);
export const sixteen = operation(0xfd, 0x0f);
export const equalBytes = operation(0xfd, 0x23);
export const highestBits = operation(0xfd, 0x64);

/** Reads of locals by their names, parameters first. */
export const locals = <Names extends string>(names: Names): { readonly [Name in Words<Names>]: Code } =>
  Object.fromEntries(names.split(' ').map((name, at) => [name, [0x20, at]])) as unknown as Record<
    Words<Names>,
    Code
  >;
type Words<Text extends string> = Text extends `${infer Head} ${infer Rest}` ? Head | Words<Rest> : Text;
/** The local is given as its read. */
export const set = (local: Code, value: Code): Code => [...value, 0x21, local[1]!];
export const increase = (local: Code, by: number): Code => set(local, add(local, constant(by)));
export const constant = (value: number): Code => [0x41, ...signed(BigInt(value))];
export const constant64 = (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))];
export const when = (condition: Code, ...then: Code[]): Code => [
  ...condition,
  0x04,
  EMPTY,
  ...then.flat(),
  0x0b,
];
/** A loop that is left as soon as the condition no longer holds. */
export const during = (condition: Code, ...body: Code[]): Code => [
  ...[0x02, EMPTY, 0x03, EMPTY],
  ...isZero(condition),
  ...[0x0d, 1],
  ...body.flat(),
  ...[0x0c, 0, 0x0b, 0x0b],
];

/** A module of these functions over the memory `m` of module `e`, whose size is the importer's choice. */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, results }) => [
    0x60,
    ...vector(new Array(parameters).fill([I32])),
    ...vector(new Array(results).fill([I32])),
  ]);
  const code = functions.map(({ locals, body }) => {
    const content = [...vector(locals.map((type) => [1, type])), ...body, 0x0b];
    return [...unsigned(content.length), ...content];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...name('e'), ...name('m'), 2, 0, 1]]),
    ...section(
      3,
      functions.map((_, at) => [at]),
    ),
    ...section(
      7,
      functions.map((one, at) => [...name(one.name), 0, at]),
    ),
    ...section(10, code),
  ]);
}

/** Pages of memory that hold so many bytes. */
export function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE);
}

function section(id: number, items: readonly Code[]): Code {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): Code {
  return vector([...Buffer.from(text)].map((byte) => [byte]));
}

function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: bigint): Code {
  const rest = value >> 7n;
  const low = Number(value & 127n);
  const done = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
  return done ? [low] : [low | 128, ...signed(rest)];
}
