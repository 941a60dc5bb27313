import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { hideProject, useProject } from '../core/storage/project';
import { projectWords } from '../core/words/project';

const ProjectBody = part(() => import('./ProjectBody').then((module) => module.default));

/** The sheet of the project. */
export function ProjectSheet() {
  const shown = useProject((state) => state.shown);
  return (
    <Sheet open={shown} title={projectWords.title} onClose={hideProject}>
      <ProjectBody />
    </Sheet>
  );
}
