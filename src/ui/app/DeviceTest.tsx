import { Button } from '../kit/controls/Button';
import { Note } from '../kit/controls/Sign';
import { FailureCard } from '../kit/controls/Notice';
import { testDevice, useSelfTest } from '../core/worker/selfTest';
import { formatRate } from '../../language/format';
import css from '../core/parts/panels.module.css';
import { selfTestWords } from '../core/words/selfTest';

/** The device self-test, in what the header tells of the device. */
export function DeviceTest() {
  const { result, running, done, total, error } = useSelfTest();
  return (
    <div className={css.deviceTest}>
      <p className={css.hint}>{selfTestWords.why}</p>
      {result && (
        <>
          <Note sign={result.ok ? 'ok' : 'err'}>{result.ok ? selfTestWords.passed : selfTestWords.failed}</Note>
          <p>{selfTestWords.speed(formatRate(result.gflops))}</p>
          <details open={!result.ok}>
            <summary>{selfTestWords.checks}</summary>
            <ul>
              {result.checks.map(({ name, problem }) => (
                <li key={name}>
                  {name}: {problem || selfTestWords.right}
                </li>
              ))}
            </ul>
            {result.tuning && (
              <>
                <p>{selfTestWords.tiles}</p>
                <ul>
                  {result.tuning.kinds.map(({ kind, tile, usual }) => (
                    <li key={kind}>{tileText(kind.replace('product ', ''), tile, usual)}</li>
                  ))}
                </ul>
              </>
            )}
          </details>
        </>
      )}
      {error && <Note sign="warn">{error}</Note>}
      <Button small onClick={() => void testDevice()} disabled={running}>
        {running ? selfTestWords.running(done, total) : result ? selfTestWords.again : selfTestWords.button}
      </Button>
    </div>
  );
}

/** Stands above the columns when the device was found to compute wrong results. */
export function DeviceTestNotice() {
  const result = useSelfTest((state) => state.result);
  if (!result || result.ok) return null;
  const wrong = result.checks.filter(({ problem }) => problem);
  return (
    <FailureCard
      title={selfTestWords.failed}
      happened={selfTestWords.what(wrong.map(({ name }) => name).join('; '))}
      kept={selfTestWords.kept}
      todo={selfTestWords.todo}
      details={wrong.map(({ name, problem }) => `${name}: ${problem}`).join('\n')}
    />
  );
}

const tileText = (kind: string, tile: string, usual: string): string => (tile === usual ? selfTestWords.tileUsual(kind, tile) : selfTestWords.tileOther(kind, tile, usual));
