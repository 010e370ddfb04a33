/** Bounds that keep a hostile or broken object from using the process up. */
export interface Limits {
  /** Decompressed bytes of one object. */
  readonly decompressedBytes: number;
  /** Decompressed ÷ delivered bytes, asked once the object has become larger than `ratioFrom`. Real logs reach about 80. */
  readonly ratio: number;
  readonly ratioFrom: number;
  /** Gzip inside gzip. */
  readonly nesting: number;
  /** A longer line (or JSON record) is quarantined without being held in memory. */
  readonly lineBytes: number;
  /** Objects up to this size are unpacked in one piece, if what they hold is no larger than `wholeBytes`. */
  readonly wholeDelivered: number;
  readonly wholeBytes: number;
  /** Parquet files are held in memory: what is needed first stands at their end. */
  readonly parquetBytes: number;
  /** Lines listed in the quarantine; the rest is only counted. */
  readonly quarantineList: number;
  /** Rows of a block. */
  readonly blockRows: number;
  /** Bytes of distinct values after which the dictionaries are renewed. */
  readonly dictionaryBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  decompressedBytes: 64 * 2 ** 30,
  ratio: 300,
  ratioFrom: 32 * 2 ** 20,
  nesting: 3,
  lineBytes: 2 ** 20,
  wholeDelivered: 8 * 2 ** 20,
  wholeBytes: 32 * 2 ** 20,
  parquetBytes: 128 * 2 ** 20,
  quarantineList: 1000,
  blockRows: 8192,
  dictionaryBytes: 48 * 2 ** 20,
};
