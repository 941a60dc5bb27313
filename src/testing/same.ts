/** Hashes of the run of sameRun.ts, the same on every machine, in every browser, on any number of threads. */
export const SAME = {
  losses: '80e04bf8619ead9e308531aaf836ee636639c554acb1245260c99c5422f97365',
  files: 'b83f411312f476ae4b9b20beb98f0211bd16d7274d8c1efbc5220dac106d53b5',
};
