import { useState, type MouseEvent } from 'react';
import { Button } from '../kit/controls/Button';
import { removeShots, type Shot } from './store/camera';
import css from '../core/parts/camera.module.css';
import { cameraWords } from '../core/words/camera';

/** Newest pictures that are shown unasked. */
const newest = 24;

interface Props {
  name: string;
  shots: Shot[];
  /** It is the class that is recorded. */
  chosen: boolean;
  onMore: () => void;
}

/** The recorded pictures of a class, each a button that removes it. */
export function Shots({ name, shots, chosen, onMore }: Props) {
  const [all, setAll] = useState(false);
  const from = all ? 0 : Math.max(0, shots.length - newest);
  const remove = (event: MouseEvent, shot: Shot) => {
    // The focus goes to the next picture, not to nowhere.
    const item = event.currentTarget.parentElement;
    (item?.nextElementSibling ?? item?.previousElementSibling)?.querySelector('button')?.focus();
    removeShots(name, [shot]);
  };
  return (
    <section className={css.shots} aria-label={name}>
      <header>
        <h3>
          {name} <small>{cameraWords.count(shots.length)}</small>
        </h3>
        <Button small pressed={chosen} label={cameraWords.moreOf(name)} onClick={onMore}>
          {cameraWords.more}
        </Button>
        <Button small kind="quiet" label={cameraWords.allOf(name)} onClick={() => removeShots(name, shots)}>
          {cameraWords.all}
        </Button>
      </header>
      <ul>
        {shots.slice(from).map((shot, i) => (
          <li key={shot.id}>
            <button type="button" aria-label={cameraWords.remove(from + i + 1, name)} onClick={(event) => remove(event, shot)}>
              <img src={shot.url} alt="" loading="lazy" />
            </button>
          </li>
        ))}
      </ul>
      {from > 0 && (
        <Button kind="link" onClick={() => setAll(true)}>
          {cameraWords.earlier(from)}
        </Button>
      )}
    </section>
  );
}
