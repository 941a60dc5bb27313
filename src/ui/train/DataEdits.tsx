import { countEdits, noEdits } from '../../data/edits.meta';
import { Button } from '../kit/controls/Button';
import { Note } from '../kit/controls/Sign';
import { editLines, undoAll, useEdits } from '../core/data/edits';
import css from '../core/parts/panels.module.css';
import { editsWords } from '../core/words/edits';

const shown = 20;

/** Changes to a data set, each with its way back; `quiet` if the reason for a failed change stands elsewhere. */
export function DataEdits({ data, quiet }: { data: string; quiet: boolean }) {
  const edits = useEdits((state) => state.byData[data]) ?? noEdits;
  const error = useEdits((state) => state.errors[data]);
  const count = countEdits(edits);
  return (
    <>
      {error && !quiet && (
        <div role="alert">
          <Note sign="err">{editsWords.failed(error)}</Note>
        </div>
      )}
      {count > 0 && (
        <details className={css.edits}>
          <summary>{editsWords.title(count)}</summary>
          <ul>
            {editLines(data, edits)
              .slice(0, shown)
              .map(({ text, undo }) => (
                <li key={text}>
                  <span>{text}</span>
                  <Button kind="link" label={editsWords.undoOf(text)} onClick={undo}>
                    {editsWords.undo}
                  </Button>
                </li>
              ))}
            {count > shown && <li>{editsWords.more(count - shown)}</li>}
          </ul>
          {count > 1 && (
            <Button small onClick={() => void undoAll(data)}>
              {editsWords.all}
            </Button>
          )}
        </details>
      )}
    </>
  );
}
