import { Button } from '../controls/Button';
import { Note } from '../controls/Sign';
import { FailureCard } from '../controls/Notice';
import { testDevice, useSelfTest } from '../store/selfTest';
import { formatRate } from '../../language/format';
import { t } from '../strings';
import css from './panels.module.css';

/** The device self-test, in what the header tells of the device. */
export function DeviceTest() {
  const { result, running, done, total, error } = useSelfTest();
  return (
    <div className={css.deviceTest}>
      <p className={css.hint}>{t.selfTest.why}</p>
      {result && (
        <>
          <Note sign={result.ok ? 'ok' : 'err'}>{result.ok ? t.selfTest.passed : t.selfTest.failed}</Note>
          <p>{t.selfTest.speed(formatRate(result.gflops))}</p>
          <details open={!result.ok}>
            <summary>{t.selfTest.checks}</summary>
            <ul>
              {result.checks.map(({ name, problem }) => (
                <li key={name}>
                  {name}: {problem || t.selfTest.right}
                </li>
              ))}
            </ul>
            {result.tuning && (
              <>
                <p>{t.selfTest.tiles}</p>
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
        {running ? t.selfTest.running(done, total) : result ? t.selfTest.again : t.selfTest.button}
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
      title={t.selfTest.failed}
      happened={t.selfTest.what(wrong.map(({ name }) => name).join('; '))}
      kept={t.selfTest.kept}
      todo={t.selfTest.todo}
      details={wrong.map(({ name, problem }) => `${name}: ${problem}`).join('\n')}
    />
  );
}

const tileText = (kind: string, tile: string, usual: string): string => (tile === usual ? t.selfTest.tileUsual(kind, tile) : t.selfTest.tileOther(kind, tile, usual));
