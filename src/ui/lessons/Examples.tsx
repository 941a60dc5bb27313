import { useEffect, useState } from 'react';
import { create } from 'zustand';
import type { Sample } from '../../train/protocol';
import { messageOf } from '../../errors/errors';
import { dataById, useCatalog } from '../core/data/catalog';
import { studio } from '../core/worker/client';
import { Segmented } from '../kit/controls/Segmented';
import { Note } from '../kit/controls/Sign';
import { Thumb } from '../kit/controls/Thumb';
import { shotsTried } from './lessons';
import { examplesWords as w } from './words/examples';
import css from './examples.module.css';

/** Data of lessons whose pictures are shown: those that their recorded runs were trained on. */
export const PICTURED = { 'few-shots': 'fashion-mnist', budget: 'sign-digits' } as const;

/** Pictures of each class that are in sight. */
export const useShots = create<{ shots: number }>()(() => ({ shots: 1 }));

/** Asked for once for each set; what failed is asked for again by who comes next. */
const asked = new Map<string, Promise<Sample[]>>();

/** So many pictures of each class of a set, once they are there, with their classes. */
function usePictures(data: string, most: number): { pictures: Sample[] | null; classes: string[]; error: string } {
  const [pictures, setPictures] = useState<Sample[] | null>(null);
  const [error, setError] = useState('');
  const classes = useCatalog((catalog) => dataById(catalog, data)?.all_classes);
  useEffect(() => {
    let gone = false;
    const coming = asked.get(data) ?? studio().samples(data, most);
    asked.set(data, coming);
    coming.then((found) => !gone && setPictures(found), (reason: unknown) => {
      asked.delete(data);
      if (!gone) setError(messageOf(reason));
    });
    return () => void (gone = true);
  }, [data, most]);
  return { pictures: classes ? pictures : null, classes: classes ?? [], error };
}

const most = Math.max(...shotsTried);

/** What few pictures are: those of each class in a row, as many as are chosen. */
export function ShotsPictures() {
  const { shots } = useShots();
  const { pictures, classes, error } = usePictures(PICTURED['few-shots'], most);
  return (
    <figure className={css.figure}>
      <Segmented label={w.shots} value={String(shots)} options={shotsTried.map((value) => ({ value: String(value), text: w.choice(value) }))} onChange={(value) => useShots.setState({ shots: Number(value) })} />
      {error ? <Note sign="err">{error}</Note> : pictures ? <Rows pictures={pictures} classes={classes} shots={shots} /> : <p role="status">{w.waiting}</p>}
    </figure>
  );
}

/** A row for each class with its first pictures. */
export function Rows({ pictures, classes, shots }: { pictures: readonly Sample[]; classes: readonly string[]; shots: number }) {
  return (
    <ul className={css.rows} data-shots={shots}>
      {classes.map((name, label) => (
        <li key={name}>
          <span>{name}</span>
          <span role="img" aria-label={w.alt(shots, name)} className={css.pictures}>
            {pictures.filter((one) => one.label === label).slice(0, shots).map((sample, i) => (
              <Thumb key={i} sample={sample} />
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What the model of a lesson's runs sees: a picture of each class, in its own size. */
export function Seen() {
  const { pictures, classes, error } = usePictures(PICTURED.budget, 1);
  if (error) return null;
  return (
    <figure className={css.seen}>
      <figcaption>{w.seen}</figcaption>
      <ul>
        {classes.map((name, label) => (
          <li key={name}>
            <span role="img" aria-label={w.sign(name)} className={css.pictures}>
              {pictures?.filter((one) => one.label === label).slice(0, 1).map((sample, i) => <Thumb key={i} sample={sample} />)}
            </span>
            <span aria-hidden="true">{name}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
