import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { closeExport, useExport } from '../core/runs/exports';
import { useRuns } from '../core/runs/runs';
import { exportWords } from '../core/words/export';

const ExportBody = part(() => import('./ExportBody').then((module) => module.default));

/** Export of a trained run. */
export function ExportSheet() {
  const opened = useExport((state) => state.run);
  // The list has what the last export found out.
  const run = useRuns((state) => state.runs.find((one) => one.id === opened?.id)) ?? opened;
  return (
    <Sheet open={run !== null} title={run ? exportWords.title(run.name) : ''} onClose={closeExport}>
      {run && <ExportBody run={run} />}
    </Sheet>
  );
}
