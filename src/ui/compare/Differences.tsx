import { correctedFor, differenceCells, differenceHeads, differencesNote, verdictNames, type DifferenceCells } from '../../records/pairs.meta';
import { Button, ButtonRow } from '../kit/controls/Button';
import { CopyButton } from '../kit/controls/CopyButton';
import { MethodKey } from '../kit/charts/MethodKey';
import { latexTable, markdownTable } from '../kit/print/tables';
import { saveAs } from '../kit/saveAs';
import { slug } from '../kit/slug';
import { accuracyOf, rankedParts, type RankedPart } from '../core/runs/rankedParts';
import { itemsNow, nameOf } from '../core/runs/runGroups';
import { groupsWithin, useCompared } from '../core/runs/compared';
import { factNamed } from '../core/runs/facts';
import { differenceCsv, differenceTable } from '../core/figures/printed';
import css from './differences.module.css';
import { chartWords } from '../kit/words/chart';
import { compareWords } from '../core/words/compare';
import { printWords } from '../core/words/print';

/** Differences from the best, with their intervals: paired as far as the runs allow. */
export function Differences() {
  const { runs, groups, by, atMost } = useCompared();
  const parts = rankedParts(by === 'run' ? groupsWithin(runs, 'seed', atMost) : groups);
  const words = compareWords.differences;
  if (parts.length === 0) return <p className={css.note}>{words.none}</p>;
  return (
    <div className={css.parts}>
      {parts.map((part) => (
        <DifferenceTable key={part.ranked[0]?.group.key} {...part} />
      ))}
      <p className={css.note}>{words.how} {differencesNote}</p>
    </div>
  );
}

/** Columns of the table; the verdict stands beside the name. */
const columns = (['points', 'interval', 'p', 'how', 'covers'] as const).map((name) => ({ name, head: differenceHeads[name], numeric: name !== 'how' && name !== 'covers' }));

function DifferenceTable(part: RankedPart) {
  const { ranked, apart } = part;
  const words = compareWords.differences;
  const corrected = correctedFor(ranked.flatMap(({ difference }) => difference ?? []), ranked.length);
  return (
    <div className={css.part}>
      <div className={css.scroll} role="region" aria-label={words.title} tabIndex={0}>
        <table className={css.table} data-testid="differences">
          <thead>
            <tr>
              <th scope="col">{apart ? words.recorded : words.setting}</th>
              <th scope="col" className={css.num}>{factNamed('accuracy')!.title}</th>
              {columns.map(({ name, head, numeric }) => (
                <th key={name} scope="col" className={numeric ? css.num : undefined}>{head}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ranked.map(({ group, mean, difference, verdict }) => {
              const cells: DifferenceCells | null = difference && differenceCells(difference, itemsNow());
              return (
                <tr key={group.key} className={verdict === 'best' || verdict === 'alike' ? css.near : undefined}>
                  <th scope="row">
                    {group.method ? <MethodKey method={group.method}>{nameOf(group)}</MethodKey> : nameOf(group)}
                    <small className={css.mark}>{verdictNames[verdict]}</small>
                  </th>
                  <td className={css.num} data-label={factNamed('accuracy')!.title}>{accuracyOf(group, mean)}</td>
                  {columns.map(({ name, head, numeric }) => (
                    <td key={name} data-label={head} className={numeric ? css.num : undefined}>{cells?.[name]}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {corrected && <p className={css.note} data-testid="corrected">{corrected}</p>}
      <TableFiles {...part} />
    </div>
  );
}

/** The table for a paper, and as numbers. */
function TableFiles(part: RankedPart) {
  const table = differenceTable(part);
  if (!table) return null;
  const name = slug(compareWords.differences.title);
  return (
    <div data-testid="difference-files">
      <ButtonRow>
        <CopyButton text={latexTable(table, name)}>{printWords.copyLatex}</CopyButton>
        <CopyButton text={markdownTable(table)}>{printWords.copyMarkdown}</CopyButton>
        <Button onClick={() => saveAs(new Blob([differenceCsv(part)], { type: 'text/csv' }), `${name}.csv`)}>{chartWords.kinds.csv}</Button>
      </ButtonRow>
    </div>
  );
}
