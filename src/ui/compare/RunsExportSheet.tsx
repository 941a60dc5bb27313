import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { closeRunsExport, useRunsExport } from './store/runsExport';
import { runsExportWords } from './words/runsExport';

const Body = part(() => import('./RunsExportBody').then((module) => module.default));

/** What leaves as a file of runs. */
export function RunsExportSheet() {
  const open = useRunsExport((state) => state.open);
  return (
    <Sheet open={open} title={runsExportWords.title} onClose={closeRunsExport}>
      <Body />
    </Sheet>
  );
}
