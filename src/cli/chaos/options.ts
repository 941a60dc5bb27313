/** Options of the command for each kind of fault. */
export interface Options {
  /** Rounds of each part; steps of the run that is to endure. */
  rounds: number;
  seed: number;
  /** Parts whose name contains this, or one of several with commas between. */
  only: string;
  /** File with the state of each part, as JSON lines, from which an ended run goes on. */
  log?: string;
}
