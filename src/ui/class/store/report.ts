import { saveAs } from '../../kit/saveAs';
import { toast } from '../../kit/toast';
import { curveOf } from '../../core/runs/metrics';
import { recordOf } from '../../core/runs/runRecords';
import type { Run } from '../../core/runs/runs';
import { useSettings } from '../../core/settings/settings';
import { studio } from '../../core/worker/client';
import { roomWords } from '../words/room';

/** Saves the report of the results of the class with this code, one HTML page, made of what this page has of them. */
export async function saveReport(runs: readonly Run[], code: string): Promise<void> {
  const { name: plain, blob } = await studio().exportRuns(runs.map((run) => recordOf(run, curveOf(run.id), useSettings.getState().person.trim())), 'html');
  // Whoever teaches several classes keeps their reports in one folder.
  const name = plain.replace(/(?=\.html$)/, `-${code}`);
  saveAs(blob, name);
  toast(roomWords.found.saved(name));
}
