/** The name of a project's file in a repository of the hub: one that is pushed again takes its place. */
export const PROJECT_FILE = 'project.fullrank';

/** README.md beside a project on the hub: what it is and how it is opened. */
export function projectCard(runs: number): string {
  return `---
tags: [fullrank]
---

# A Fullrank project

\`${PROJECT_FILE}\` holds ${runs === 1 ? 'one run' : `${runs} runs`} of fine-tuning with settings, curves, measurements and adapters. The pictures and models that it used are not in it.

To look at it, to compare with it or to go on with it, download the file and open it in Fullrank (Project, Open project).
`;
}
