import type { PushedFile } from '../io/hub/push';
import { runValue } from './runFile';
import type { RunRecord } from '../train/protocol';
import { CURVES, curvesSvg, runCard, trainingSection } from './runCard';

/** The run beside what it trained, as the command line and the page read it. */
export const RUN_FILE = 'run.json';

const text = (value: string) => new TextEncoder().encode(value);

/**
 * A folder as it goes to the hub: its files, with how it was trained in the card (README.md), the picture of its curve, and the
 * run itself, so that others set it beside their own. What the person wrote beside the run and is called stays here. A folder
 * whose run is not known goes as it is.
 */
export async function hubFolder(folder: readonly PushedFile[], run: RunRecord | null): Promise<PushedFile[]> {
  if (!run) return [...folder];
  const files = new Map(folder.map((file) => [file.path, file.bytes]));
  const card = files.get('README.md');
  const own = card && (await new Blob([card as BlobPart]).text()).trimEnd();
  files.set('README.md', text(own ? `${own}\n\n${trainingSection(run)}` : runCard(run)));
  const curves = curvesSvg(run);
  if (curves) files.set(CURVES, text(curves));
  const { notes: _, by: __, folder: ___, ...open } = run;
  files.set(RUN_FILE, text(JSON.stringify(runValue(open))));
  return [...files].map(([path, bytes]) => ({ path, bytes }));
}

/** Message of a push in the history of the repository. */
export const hubMessage = (run: RunRecord | null): string => (run ? `${run.spec.name}, trained with Fullrank` : 'From Fullrank');
