/** Files by path. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** A parser of files that come from anywhere, as a person meets it. Each stands beside what it tries, in `*.arbitrary.ts`. */
export interface Parser {
  name: string;
  /** Sets of whole files, each of which it reads to the end. */
  samples(): Promise<Files[]>;
  /** Pattern of the files of a set that are damaged; all when left out. */
  hit?: RegExp;
  /** Damaged files that broke a promise once, in the place of those of the first sample. */
  examples?: Files[];
  /** Reads a set to the end, as the page and the command line do. */
  read(files: Files): unknown;
  /** Times its bytes that one allocation may take: 4, but of what is packed as many as its own bound of growth says. */
  growth?: number;
}
