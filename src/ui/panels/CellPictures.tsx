import { useEffect, useRef, useState } from 'react';
import { noEdits } from '../../data/edits.meta';
import type { Evaluation, Picture } from '../../train/protocol';
import { Button } from '../controls/Button';
import controls from '../controls/controls.module.css';
import { Note } from '../controls/Sign';
import { Thumb } from '../controls/Thumb';
import { dataById, useCatalog } from '../store/catalog';
import { messageOf, studio } from '../store/client';
import { setPictureLabel, useEdits } from '../store/edits';
import type { Run } from '../store/runs';
import { t } from '../strings';
import css from './panels.module.css';

interface Props {
  run: Run;
  evaluation: Evaluation;
  cell: { truth: number; said: number };
  onClose: () => void;
}

/** The pictures in one cell of a confusion matrix, where a wrong label is put right. */
export function CellPictures({ run, evaluation, cell: { truth, said }, onClose }: Props) {
  const data = run.spec.data;
  const head = useRef<HTMLHeadingElement>(null);
  const [opened, setOpened] = useState<{ names: string[]; pictures: (Picture | null)[] } | { error: string } | null>(null);
  useEffect(() => {
    let current = true;
    const names = (evaluation.images ?? []).filter(([, label, prediction]) => label === truth && prediction === said).map(([name]) => name);
    head.current?.focus();
    studio()
      .pictures(data, names)
      .then((pictures) => current && setOpened({ names, pictures }))
      .catch((error: unknown) => current && setOpened({ error: messageOf(error) }));
    return () => void (current = false);
  }, [data, evaluation, truth, said]);
  const [truthName, saidName] = [run.classes[truth], run.classes[said]];
  return (
    <section className={css.cell} aria-label={t.cell.title(truthName, saidName)}>
      <div className={css.cellHead}>
        <h4 ref={head} tabIndex={-1}>
          {t.cell.title(truthName, saidName)}
        </h4>
        <Button small onClick={onClose}>
          {t.cell.close}
        </Button>
      </div>
      {opened === null && <p className={css.soft}>{t.cell.opening}</p>}
      {opened && 'error' in opened && <Note sign="err">{opened.error}</Note>}
      {opened && 'names' in opened && (
        <>
          <p className={css.soft}>
            {t.cell.shown(opened.names.length, evaluation.confusion[truth][said])} {t.cell.hint}
          </p>
          <ul className={css.cellPictures}>
            {opened.names.map((name, i) => (
              <li key={name}>
                <Labelled data={data} name={name} picture={opened.pictures[i]} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const out = 'out';

function Labelled({ data, name, picture }: { data: string; name: string; picture: Picture | null }) {
  const classes = useCatalog((catalog) => dataById(catalog, data)?.all_classes) ?? [];
  const edits = useEdits((state) => state.byData[data]) ?? noEdits;
  if (!picture) return <p className={css.hint}>{t.cell.gone}</p>;
  const own = classes[picture.label];
  const label = edits.relabelled.find(([image]) => image === name)?.[1] ?? own;
  const value = edits.disabled.includes(name) ? out : `=${label}`;
  return (
    <>
      <Thumb sample={picture} />
      <span className={css.cellName} title={name}>
        {name}
      </span>
      <select className={controls.select} aria-label={t.cell.label(name)} value={value} onChange={({ target }) => void setPictureLabel(data, name, own, target.value === out ? null : target.value.slice(1))}>
        {classes.map((one) => (
          <option key={one} value={`=${one}`}>
            {one}
          </option>
        ))}
        <option value={out}>{t.cell.out}</option>
      </select>
    </>
  );
}
