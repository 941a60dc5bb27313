import { useEffect, useMemo, useState } from 'react';
import { AttentionMaps } from '../core/figures/AttentionMaps';
import { sureWords } from '../../player/sure.meta';
import { MethodKey } from '../kit/charts/MethodKey';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Note } from '../kit/controls/Sign';
import { formatFixed, formatPercent } from '../../language/format';
import { look, useLook } from './store/look';
import { useRuns } from '../core/runs/runs';
import { changeSettings, useSettings } from '../core/settings/settings';
import { leastSure, useTryout, type Candidate } from './store/tryout';
import type { Frame } from '../../train/protocol';
import { seenBy } from './seenBy';
import { CameraFailure } from '../core/parts/CameraFailure';
import { useVideo } from '../core/parts/useVideo';
import css from './tryout.module.css';
import { lookWords } from '../core/words/look';
import { cameraWords } from '../core/words/camera';

/** Milliseconds from one picture to the next at least: people read what is said. */
const pause = 150;
/** Longest edge of a picture that is sent to the models, which see less. */
const longest = 512;

/** The video's current frame; null if it has none yet. */
function frameOf(video: HTMLVideoElement): Frame | null {
  const shrink = Math.min(1, longest / Math.max(video.videoWidth, video.videoHeight));
  const [width, height] = [Math.round(video.videoWidth * shrink), Math.round(video.videoHeight * shrink)];
  const context = width && height ? new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true }) : null;
  if (!context) return null;
  context.drawImage(video, 0, 0, width, height);
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}

/** The camera's picture through the ticked models, one frame after the other: the next begins when the last is answered. */
export default function TryCamera({ chosen }: { chosen: Candidate[] }) {
  const [attempt, setAttempt] = useState(0);
  const [held, setHeld] = useState(false);
  const { stream, problem, ref: video } = useVideo('', attempt);
  const { seen, ms, error } = useLook();
  const { thresholds, sure } = useTryout();
  const rollout = useSettings((settings) => settings.rollout);
  const training = useRuns(({ current }) => current !== '');
  useEffect(() => {
    if (held || training || !stream || chosen.length === 0) return;
    let timer = 0;
    let current = true;
    const next = async () => {
      const since = performance.now();
      const frame = video.current && frameOf(video.current);
      if (frame) await look(chosen, frame, rollout);
      if (current) timer = window.setTimeout(() => void next(), Math.max(30, pause - (performance.now() - since)));
    };
    void next();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [held, training, stream, chosen, rollout, video]);
  const shown = useMemo(() => seenBy(chosen, seen), [chosen, seen]);
  if (problem) {
    return (
      <div className={css.work}>
        <CameraFailure problem={problem} onAgain={() => setAttempt(attempt + 1)} />
      </div>
    );
  }
  return (
    <section className={css.results} aria-label={lookWords.camera.title}>
      <div className={css.head}>
        <ButtonRow>
          <Button small pressed={held} disabled={!stream} onClick={() => setHeld(!held)}>
            {held ? lookWords.camera.go : lookWords.camera.hold}
          </Button>
          <Button small pressed={rollout} onClick={() => changeSettings({ rollout: !rollout })}>
            {lookWords.toggle}
          </Button>
        </ButtonRow>
        <span className={css.soft}>{training ? lookWords.training : chosen.length === 0 ? lookWords.camera.tick : !stream ? cameraWords.starting : ms > 0 && !held ? lookWords.camera.rate(formatFixed(1000 / Math.max(pause, ms), 1)) : ''}</span>
      </div>
      {error && (
        <div role="alert">
          <Note sign="err">{error}</Note>
        </div>
      )}
      <div className={css.live}>
        <video ref={video} className={css.video} autoPlay muted playsInline aria-label={cameraWords.preview} />
        <ul className={css.sayings} aria-label={lookWords.camera.said}>
          {shown.map(({ key, name, method, prediction: { top } }) => (
            <li key={key}>
              <MethodKey method={method}>{name}</MethodKey>
              {top.length === 0 && <p className={css.soft}>{lookWords.silent}</p>}
              {top[0] && top[0].probability < leastSure(key, { thresholds, sure }) && <p>{sureWords.none}</p>}
              {top.slice(0, 3).map(({ label, probability }) => (
                <p key={label} className={css.bar}>
                  <span>{label}</span>
                  <span className={css.share}>{formatPercent(probability)} %</span>
                  <i style={{ width: `${100 * probability}%` }} />
                </p>
              ))}
            </li>
          ))}
        </ul>
      </div>
      {rollout && shown.some(({ prediction }) => prediction.attention) && <AttentionMaps seen={shown} title={lookWords.title} />}
    </section>
  );
}
