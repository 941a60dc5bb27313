import { camera, hosts, trials } from '../../player/hosts.meta';
import css from '../core/parts/exportSheet.module.css';
import { hostingWords as words } from './words/hosting';

/** Where a page is put by people who never put one anywhere, and how it is tried before; open once there is one. */
export function Hosting({ saved }: { saved: boolean }) {
  return (
    <details className={css.hosting} open={saved}>
      <summary>{words.title}</summary>
      <p>{words.unzip}</p>
      <ul>
        {hosts.map(({ name, url, how }) => (
          <li key={name}>
            {url ? (
              <a href={url} target="_blank" rel="noopener noreferrer">
                {name}
              </a>
            ) : (
              <b>{name}</b>
            )}
            : {how}
          </li>
        ))}
      </ul>
      <p>{camera}</p>
      <p>{words.trial}</p>
      <ul>
        {trials.map(({ command, needs, address }) => (
          <li key={command}>
            <code>{command}</code> ({words.needs(needs, address)})
          </li>
        ))}
      </ul>
    </details>
  );
}
