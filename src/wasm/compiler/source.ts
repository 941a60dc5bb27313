/** Position in the text of a kernel; both numbers count from 1. */
export interface At {
  line: number;
  column: number;
}

/** Error for WGSL that the compiler does not take: where, and why. */
export class WgslError extends Error {
  constructor(
    readonly at: At,
    readonly reason: string,
  ) {
    super(`${at.line}:${at.column} ${reason}`);
  }
}
