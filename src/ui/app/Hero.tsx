import { Button } from '../kit/controls/Button';
import { Icon } from '../kit/controls/Icon';
import { part } from '../kit/controls/Part';
import { isPhone } from '../kit/idle';
import { dataById, useCatalog } from '../core/data/catalog';
import { useSettings } from '../core/settings/settings';
import { isMember, useClassmate } from '../class/store/classmate';
import { chooseMedium } from '../core/data/medium';
import { compareRecorded } from '../core/runs/compared';
import { playRecorded } from '../core/analyses/recorded';
import { useCurrentRun } from '../core/runs/view';
import { useKeptRuns } from '../core/runs/runs';
import { go, useShown } from '../core/storage/shown';
import { ownData } from '../train/Importable';
import { startTraining, StartButton, StartCaption, toCharts, useBlocked } from '../core/parts/Start';
import css from '../core/parts/panels.module.css';
import { showClassStart } from '../core/settings/classStart';
import { classStartWords } from '../core/words/classStart';
import { heroWords } from '../core/words/hero';
import { recordedWords } from '../core/words/recorded';

/** For those who have trained something. */
const OwnLatest = part(() => import('./OwnLatest').then((module) => module.default));

/** First words, the one primary button, and where else one may go. */
export function Hero() {
  const inClass = useClassmate(isMember);
  const ended = useKeptRuns().some(({ state }) => state === 'done');
  return (
    <section className={css.hero}>
      <h1>{heroWords.title}</h1>
      <p>
        {heroWords.lead} {inClass ? heroWords.inClass : heroWords.local}
      </p>
      {ended && <OwnLatest />}
      <div className={css.go}>
        <Go />
      </div>
      <ul className={css.ways}>
        {ways.map((way) => (
          <li key={way.words}>
            <Button kind="link" onClick={() => show(way)}>
              {heroWords.ways[way.words]}
            </Button>
          </li>
        ))}
        <li>
          <Button kind="link" onClick={showClassStart}>
            {classStartWords.title}
          </Button>
        </li>
      </ul>
    </section>
  );
}

const ways = [
  { view: 'train', words: 'own', medium: 'pictures' },
  { view: 'train', words: 'texts', medium: 'texts' },
  { view: 'compare', words: 'compare' },
  { view: 'lessons', words: 'lessons' },
] as const;

/** Goes there; recorded results are shown although there are others, on other data as well, since they are what was asked for. */
function show({ view, ...way }: (typeof ways)[number]): void {
  const own = way.words === 'own';
  if ('medium' in way) void chooseMedium(way.medium).then(() => own && useCatalog.setState({ asks: useSettings.getState().data }));
  if (view === 'compare') void compareRecorded();
  go(view);
  if (own) toOwn();
}

/** Brings the ways in for data of one's own into sight, with the focus on the first, once the view is there and unless one has gone on meanwhile. */
function toOwn(tries = 200): void {
  setTimeout(() => {
    const { activeElement } = document;
    if (useShown.getState().view !== 'train' || (activeElement?.checkVisibility() && activeElement.matches('a, button, input, select, textarea, summary') && !activeElement.closest('[data-view=start]'))) return;
    const first = document.querySelector<HTMLElement>(`#${ownData} button`);
    if (!first?.checkVisibility()) return tries > 0 ? toOwn(tries - 1) : undefined;
    first.scrollIntoView({ block: 'center' });
    first.focus();
  }, 100);
}

function Go() {
  const device = useCatalog((catalog) => catalog.device);
  const onPhone = isPhone();
  const blocked = useBlocked();
  const training = useCurrentRun() !== undefined;
  const { data, methods } = useSettings();
  const demonstrates = useCatalog((catalog) => dataById(catalog, data)?.builtin ?? false) && methods.length > 1;
  if (training) return <StartButton big />;
  if (!onPhone && (!device || device.ok))
    return (
      <>
        <span className={css.nudge}>
          <StartButton big />
        </span>
        <p>
          <StartCaption />
        </p>
        {demonstrates && <p>{heroWords.demonstration}</p>}
      </>
    );
  const play = () => {
    playRecorded();
    toCharts();
  };
  return (
    <>
      <Button kind="primary" big onClick={play}>
        <Icon name="play" />
        {recordedWords.playPrimary}
      </Button>
      {onPhone ? (
        <Button disabled={blocked !== ''} onClick={() => void startTraining()}>
          {recordedWords.anyway}
        </Button>
      ) : (
        <StartButton secondary />
      )}
      <p>{device && !device.ok ? recordedWords.noDevice : recordedWords.phone}</p>
    </>
  );
}
