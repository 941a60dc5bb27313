/** What the command is told of each kind of fault. */
export interface Options {
  /** Rounds of each part; steps of the run that is to endure. */
  rounds: number;
  seed: number;
  /** Parts whose name contains this, or one of several with commas between. */
  only: string;
  /** Where each part's state is kept, as JSON lines, from which a run that ended goes on. */
  log?: string;
}
