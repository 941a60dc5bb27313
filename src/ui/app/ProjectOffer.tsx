import { useEffect, useState } from 'react';
import { Button } from '../kit/controls/Button';
import { Notice } from '../kit/controls/Notice';
import { formatSize } from '../../language/format';
import { useAsked } from '../core/storage/asked';
import { addressOf, type LinkedProject } from '../core/storage/linkedProject';
import { fileNameOf, mostBytes, sizeOnline } from '../core/storage/onlineProject';
import { openLinked, showProject } from '../core/storage/project';
import { isBusy } from '../core/storage/switchProject';
import { shareWords } from '../core/words/share';

/** Size of a file: bytes, or that it is being asked for, that its server does not tell, or that the file is not to be had. */
type Size = number | 'asking' | 'unknown' | 'gone';

/** A project that a link offers: where it lies, how large it is, and the button without which nothing of it is fetched. */
export function ProjectOffer({ project }: { project: LinkedProject }) {
  const url = addressOf(project.said, location.href)!;
  const [size, setSize] = useState<Size>('asking');
  const [tries, setTries] = useState(1);
  const { href } = url;
  useEffect(() => {
    let over = false;
    sizeOnline(new URL(href)).then(
      (bytes) => over || setSize(bytes ?? 'unknown'),
      () => over || setSize('gone'),
    );
    return () => void (over = true);
  }, [href, tries]);
  const known = typeof size === 'number';
  const large = known && size > mostBytes;
  const again = () => {
    setSize('asking');
    setTries(tries + 1);
  };
  const settle = () => useAsked.setState({ project: null });
  const open = () => {
    settle();
    showProject();
    void openLinked(project);
  };
  return (
    <Notice
      kind={large || size === 'gone' ? 'warn' : 'plain'}
      actions={
        <>
          {!large && size !== 'gone' && (
            <Button small disabled={size === 'asking' || isBusy()} onClick={open}>
              {shareWords.offeredOpen}
            </Button>
          )}
          {size === 'gone' && (
            <Button small onClick={again}>
              {shareWords.offeredAgain}
            </Button>
          )}
          <Button small kind="quiet" onClick={settle}>
            {shareWords.dismiss}
          </Button>
        </>
      }
    >
      {shareWords.offered(fileNameOf(url), url.origin === location.origin ? '' : url.host, known ? formatSize(size) : '')}{' '}
      {large ? shareWords.offeredLarge(formatSize(mostBytes)) : size === 'asking' ? shareWords.offeredAsking : size === 'unknown' ? shareWords.offeredUnknown : size === 'gone' ? shareWords.offeredGone : ''}
    </Notice>
  );
}
