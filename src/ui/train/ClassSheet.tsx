import { useEffect, useState } from 'react';
import { messageOf } from '../../errors/errors';
import { defined } from '../../numbers/defined';
import type { ClassPictures, DataInfo } from '../../train/protocol';
import { Sheet } from '../core/parts/Sheet';
import { Note } from '../kit/controls/Sign';
import { studio } from '../core/worker/client';
import { PictureGrid } from '../core/parts/PictureGrid';
import css from '../core/parts/pictures.module.css';
import { picturesWords } from '../core/words/pictures';

/** All pictures of a class; nothing while none is chosen. `draws` where some to train are held back by the seed. */
export function ClassSheet({ data, draws, label, onClose }: { data: DataInfo; draws: boolean; label: string | null; onClose: () => void }) {
  return (
    <Sheet open={label !== null} wide title={label === null ? '' : picturesWords.title(label)} onClose={onClose}>
      {label !== null && <OfClass data={data} draws={draws} label={label} />}
    </Sheet>
  );
}

/** Current numbers of a class's pictures; null if the class is left out. */
function countsNow({ classes, train_per_class, val_per_class, test_per_class }: DataInfo, label: string): ClassPictures['counts'] | null {
  const at = classes.indexOf(label);
  return at < 0 ? null : { train: defined(train_per_class[at]), val: val_per_class?.[at] ?? 0, test: defined(test_per_class[at]) };
}

/** The list is read once: a picture that gets another class stays where it is until the sheet is opened again, and says so. */
function OfClass({ data: info, draws, label }: { data: DataInfo; draws: boolean; label: string }) {
  const data = info.id;
  const index = info.all_classes.indexOf(label);
  const [opened, setOpened] = useState<ClassPictures | { error: string } | null>(null);
  useEffect(() => {
    let current = true;
    studio()
      .classPictures(data, index)
      .then((pictures) => current && setOpened(pictures))
      .catch((error: unknown) => current && setOpened({ error: messageOf(error) }));
    return () => void (current = false);
  }, [data, index]);
  if (!opened) return <p role="status">{picturesWords.opening}</p>;
  if ('error' in opened) return <Note sign="err">{opened.error}</Note>;
  const { names, counts } = opened;
  const now = countsNow(info, label) ?? counts;
  if (names.length === 0) return <p>{picturesWords.empty}</p>;
  const tag = (i: number) => picturesWords.parts[i < counts.train ? (draws ? 'either' : 'train') : i < counts.train + counts.val ? 'val' : 'test'];
  return (
    <div className={css.sheet}>
      <p>
        {picturesWords.counts(now.train + now.val + now.test, now.train, now.val, now.test, draws)} {picturesWords.hint}
      </p>
      <PictureGrid data={data} label={picturesWords.title(label)} names={names} tag={tag} className={css.tall} />
    </div>
  );
}
