/** What the run of sameRun.ts makes on every machine, in every browser, on any number of threads. */
export const SAME = {
  losses: 'a1be83f8b8452c68727d89d178854e5a1b6745d2b0c77f07c52116b7c275d192',
  files: '6f558a43c308f4f39a1993c734e2e7019c41ec5f5308f8d89dffd66c9e645bca',
};
