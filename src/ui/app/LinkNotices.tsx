import { Button } from '../kit/controls/Button';
import { Notice } from '../kit/controls/Notice';
import { useCatalog } from '../core/data/catalog';
import { openFromHub, showHub, useHub } from '../core/data/hub';
import { useAsked, dismissProblems, settleWanted, type Wanted } from '../core/storage/asked';
import { changeSettings } from '../core/settings/settings';
import { useShown } from '../core/storage/shown';
import { ProjectOffer } from './ProjectOffer';
import { shareWords } from '../core/words/share';

/** Notices about what a link asked for and did not get, and about a prepared view. */
export function LinkNotices() {
  const { problems, wanted, project } = useAsked();
  const { models, datasets } = useCatalog();
  const hide = useShown((shown) => shown.hide);
  const opened = models.length > 0 && datasets.length > 0;
  const missing = opened ? wanted.filter(({ kind, id }) => !(kind === 'model' ? models : datasets).some((one) => one.id === id)) : [];
  return (
    <>
      {problems.length > 0 && (
        <Notice
          kind="warn"
          actions={
            <Button small kind="quiet" onClick={dismissProblems}>
              {shareWords.dismiss}
            </Button>
          }
        >
          {shareWords.problems(problems.length)}. {problems.slice(0, 5).map(({ what, name, value }) => shareWords.problem[what](name, value)).join(' ')}
        </Notice>
      )}
      {project && <ProjectOffer key={`${project.said} ${project.sha256}`} project={project} />}
      {missing.map((one) => (
        <Missing key={`${one.kind} ${one.id}`} wanted={one} />
      ))}
      {hide.length > 0 && (
        <Notice
          kind="plain"
          actions={
            <Button small kind="quiet" onClick={() => useShown.setState({ hide: [] })}>
              {shareWords.all}
            </Button>
          }
        >
          {shareWords.prepared(hide.length)}
        </Notice>
      )}
    </>
  );
}

function Missing({ wanted }: { wanted: Wanted }) {
  const { kind, id } = wanted;
  const hubKind = kind === 'model' ? 'model' : 'dataset';
  const busy = useHub((hub) => hub[hubKind].load !== null);
  const load = async () => {
    const { targets } = useAsked.getState();
    const [name = '', revision = ''] = id.split('@');
    // The form says how it goes, and why not.
    showHub(hubKind, true);
    await openFromHub(hubKind, name, revision);
    if (kind === 'model') changeSettings({ targets });
  };
  return (
    <Notice
      kind="warn"
      actions={
        <>
          {id.includes('/') && (
            <Button small disabled={busy} onClick={() => void load()}>
              {shareWords.load}
            </Button>
          )}
          <Button small kind="quiet" onClick={() => settleWanted(wanted)}>
            {shareWords.dismiss}
          </Button>
        </>
      }
    >
      {shareWords.missing(kind, id)}
    </Notice>
  );
}
