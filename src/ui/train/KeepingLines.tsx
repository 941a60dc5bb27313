import { Button } from '../kit/controls/Button';
import { Note } from '../kit/controls/Sign';
import { formatSize } from '../../language/format';
import { defined } from '../../numbers/defined';
import { stopKeeping, useKept } from '../core/data/keptImports';
import type { ImportKind } from '../../train/protocol';
import css from '../core/parts/panels.module.css';
import { keptWords } from '../core/words/project';

/** Progress of the copies of imports, with a way out; the reasons why one is not kept; and those that cannot be opened. */
export function KeepingLines({ kind }: { kind: ImportKind }) {
  const { keeping, items, broken } = useKept();
  return (
    <>
      {keeping
        .filter((one) => one.kind === kind)
        .map(({ id, done, total, failed }) =>
          failed ? (
            <Note key={id} sign="warn">
              {keptWords.not(id, failed)}
            </Note>
          ) : (
            <p key={id} className={css.soft} role="status">
              {keptWords.keeping(id, formatSize(done), formatSize(total))}{' '}
              <Button kind="link" onClick={() => stopKeeping(kind, id)}>
                {keptWords.stop}
              </Button>
            </p>
          ),
        )}
      {items
        .filter((item) => item.kind === kind && broken[item.key])
        .map(({ key, id }) => (
          <Note key={key} sign="warn">
            {keptWords.gone(id, defined(broken[key]))}
          </Note>
        ))}
    </>
  );
}
