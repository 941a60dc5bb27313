import { Button, ButtonRow } from '../../kit/controls/Button';
import { Note } from '../../kit/controls/Sign';
import type { CameraProblem } from './useVideo';
import css from './camera.module.css';
import { cameraWords } from '../words/camera';

/** Reason why the camera gives no picture, and a button to ask for one again. */
export function CameraFailure({ problem, onAgain }: { problem: CameraProblem; onAgain: () => void }) {
  return (
    <div className={css.failure} role="alert">
      <Note sign="err">{cameraWords.problems[problem]}</Note>
      <ButtonRow>
        <Button small onClick={onAgain}>
          {cameraWords.again}
        </Button>
      </ButtonRow>
    </div>
  );
}
