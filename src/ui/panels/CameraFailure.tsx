import { Button, ButtonRow } from '../controls/Button';
import { Note } from '../controls/Sign';
import { t } from '../strings';
import type { CameraProblem } from './useVideo';
import css from './camera.module.css';

/** Why there is no picture of the camera, and asking for one again. */
export function CameraFailure({ problem, onAgain }: { problem: CameraProblem; onAgain: () => void }) {
  return (
    <div className={css.failure} role="alert">
      <Note sign="err">{t.camera.problems[problem]}</Note>
      <ButtonRow>
        <Button small onClick={onAgain}>
          {t.camera.again}
        </Button>
      </ButtonRow>
    </div>
  );
}
