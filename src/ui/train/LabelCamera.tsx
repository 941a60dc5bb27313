import { useEffect, useState } from 'react';
import { CameraFailure } from '../core/parts/CameraFailure';
import { useVideo } from '../core/parts/useVideo';
import { Button, ButtonRow } from '../kit/controls/Button';
import { HoldButton } from '../kit/controls/HoldButton';
import { squareOf } from './store/camera';
import { addPictures } from './store/labels';
import css from './labels.module.css';
import { cameraWords } from '../core/words/camera';
import { labelsWords as w } from './words/labels';

/** Milliseconds between two pictures. */
const pause = 200;

/** Takes pictures that are added without a label. */
export function LabelCamera({ onDone }: { onDone: () => void }) {
  const [attempt, setAttempt] = useState(0);
  const [held, setHeld] = useState(false);
  const [shots, setShots] = useState<Blob[]>([]);
  const { stream, problem, ref: video } = useVideo('', attempt);
  useEffect(() => {
    if (!held || !stream) return;
    const take = async () => {
      const shot = video.current && (await squareOf(video.current));
      if (shot) setShots((before) => [...before, shot]);
    };
    void take();
    const timer = setInterval(() => void take(), pause);
    return () => clearInterval(timer);
  }, [held, stream, video]);
  const add = () => {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    void addPictures(shots.map((shot, i) => {
      const path = `camera-${stamp}-${String(i + 1).padStart(4, '0')}.jpg`;
      return { path, file: new File([shot], path, { type: 'image/jpeg' }) };
    }));
    onDone();
  };
  if (problem) return <CameraFailure problem={problem} onAgain={() => setAttempt(attempt + 1)} />;
  return (
    <div className={css.camera}>
      <video ref={video} className={css.video} autoPlay muted playsInline aria-label={cameraWords.preview} />
      {!stream && <p role="status">{cameraWords.starting}</p>}
      <ButtonRow>
        <HoldButton disabled={!stream} onHold={setHeld}>
          {held ? w.taking : w.take}
        </HoldButton>
        <Button disabled={shots.length === 0 || held} onClick={add}>
          {w.taken(shots.length)}
        </Button>
      </ButtonRow>
    </div>
  );
}
