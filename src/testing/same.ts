/** What the run of sameRun.ts makes on every machine, in every browser, on any number of threads. */
export const SAME = {
  losses: '9170fb5e8c6f589ea41e9c893f17b1717bea1b52cc33ab8f259bf6065fd96241',
  files: '48f9343f43556e03078ff028eccd7e944cb5ac4e15245f1695d758003c9bf053',
};
