import { PROJECT_FILE, projectCard } from '../records/projectCard';
import { checkTarget, pushFiles } from '../io/hub/push';
import type { HubTarget, ProjectContents, Pushed } from '../train/protocol';
import type { Imports } from './imports';
import { saveProject } from './projectFiles';

/**
 * Makes the file of a project and puts it into a repository of the hub, with a small card. What is wrong with the target by its
 * form is said first. Throws HubError, what `saveProject` throws, and when aborted: then the repository has not changed.
 */
export async function pushProject(imports: Imports, contents: ProjectContents, record: (i: number) => Promise<unknown>, { repository, endpoint, token, hidden }: HubTarget, onBytes: (done: number, total: number) => void, signal: AbortSignal): Promise<Pushed> {
  checkTarget(repository, token, endpoint);
  const file = await saveProject(imports, contents, null, record, () => {}, signal);
  const runs = contents.records.filter(({ store }) => store === 'runs').length;
  const card = new TextEncoder().encode(projectCard(runs));
  return pushFiles(repository, [{ path: PROJECT_FILE, bytes: file! }, { path: 'README.md', bytes: card }], { endpoint, token, private: hidden, message: 'A Fullrank project', signal, onBytes });
}
