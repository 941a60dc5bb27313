import { useEffect, useId, useState } from 'react';
import { defined } from '../../numbers/defined';
import { Button, ButtonRow } from '../kit/controls/Button';
import controls from '../kit/controls/controls.module.css';
import { HoldButton } from '../kit/controls/HoldButton';
import { SheetFoot } from '../core/parts/Sheet';
import { isClassName, isEnough, mostShots, openShots, shotsOf, takeShot, useCamera } from './store/camera';
import { Shots } from './Shots';
import { CameraFailure } from '../core/parts/CameraFailure';
import { useVideo } from '../core/parts/useVideo';
import css from '../core/parts/camera.module.css';
import { cameraWords } from '../core/words/camera';

/** Milliseconds between two pictures. */
const pause = 200;

/** The camera, and what was recorded of each class. */
export function CameraRecorder() {
  const shots = useCamera((state) => state.shots);
  const classes = Object.keys(shots);
  const [name, setName] = useState(classes.at(-1) ?? '');
  const enough = isEnough(shots);
  return (
    <div className={css.recorder}>
      <div>
        <Camera name={name} onName={setName} classes={classes} />
      </div>
      <div>
        {classes.length === 0 && <p className={css.soft}>{cameraWords.empty}</p>}
        {classes.map((one) => (
          <Shots key={one} name={one} shots={defined(shots[one])} chosen={one === name} onMore={() => setName(one)} />
        ))}
        <SheetFoot>
          <ButtonRow>
            <Button kind="primary" disabled={!enough} onClick={() => void openShots()}>
              {cameraWords.use}
            </Button>
          </ButtonRow>
          <p className={css.soft}>{enough ? cameraWords.kept : cameraWords.needs}</p>
        </SheetFoot>
      </div>
    </div>
  );
}

function Camera({ name: typed, onName, classes }: { name: string; onName: (name: string) => void; classes: string[] }) {
  const id = useId();
  const [device, setDevice] = useState('');
  const [attempt, setAttempt] = useState(0);
  const [held, setHeld] = useState(false);
  const { stream, problem, devices, ref: video } = useVideo(device, attempt);
  const name = typed.trim();
  const count = useCamera((state) => shotsOf(state.shots, name).length);
  const good = isClassName(name);
  const full = count >= mostShots;
  const mirrored = stream?.getVideoTracks()[0]?.getSettings().facingMode !== 'environment';
  useEffect(() => {
    if (!held || !stream) return;
    const take = () => video.current && void takeShot(video.current, name);
    take();
    const timer = setInterval(take, pause);
    return () => clearInterval(timer);
  }, [held, stream, name, video]);
  if (problem) return <CameraFailure problem={problem} onAgain={() => setAttempt(attempt + 1)} />;
  return (
    <>
      <video ref={video} className={[css.video, mirrored && css.mirror, held && css.recording].filter(Boolean).join(' ')} autoPlay muted playsInline aria-label={cameraWords.preview} />
      {!stream && <p role="status">{cameraWords.starting}</p>}
      {devices.length > 1 && (
        <div className={controls.field}>
          <label htmlFor={`${id}-device`}>{cameraWords.device}</label>
          <select id={`${id}-device`} className={controls.select} value={device || stream?.getVideoTracks()[0]?.getSettings().deviceId} onChange={(event) => setDevice(event.target.value)}>
            {devices.map(({ deviceId, label }, i) => (
              <option key={deviceId} value={deviceId}>
                {label || cameraWords.unnamed(i + 1)}
              </option>
            ))}
          </select>
        </div>
      )}
      <div className={controls.field}>
        <label htmlFor={id}>{cameraWords.name}</label>
        <input id={id} className={controls.input} list={`${id}-classes`} value={typed} maxLength={80} autoComplete="off" data-first aria-invalid={name !== '' && !good} aria-describedby={`${id}-hint`} onChange={(event) => onName(event.target.value)} />
        <datalist id={`${id}-classes`}>
          {classes.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <span id={`${id}-hint`} className={name !== '' && !good ? `${controls.hint} ${controls.error}` : controls.hint}>
          {name !== '' && !good ? cameraWords.wrongName : cameraWords.nameHint}
        </span>
      </div>
      <HoldButton disabled={!stream || !good || full} describedBy={`${id}-hold`} onHold={setHeld}>
        {held ? cameraWords.recording : cameraWords.hold}
      </HoldButton>
      <p id={`${id}-hold`} className={css.soft}>
        {full ? cameraWords.full(mostShots) : cameraWords.holdHint}
      </p>
    </>
  );
}
