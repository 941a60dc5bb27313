import { useState } from 'react';
import { FormField } from '../kit/controls/FormField';
import { part } from '../kit/controls/Part';
import { camera, hosts, trials } from '../../player/hosts.meta';
import css from '../core/parts/exportSheet.module.css';
import { phoneOf } from './phone';
import { hostingWords as words } from './words/hosting';

/** Few ask for it. */
const QrCode = part(() => import('../core/parts/QrCode').then((module) => module.default));

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
      <OnPhone />
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

/** The way to a telephone: the page's address as a code, where a telephone can open it. */
function OnPhone() {
  const [address, setAddress] = useState('');
  const phone = phoneOf(address);
  return (
    <div>
      <FormField label={words.address} hint={words.addressHint} inputMode="url" maxLength={500} value={address} placeholder="https://" onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()} onText={setAddress} />
      {'link' in phone && <QrCode link={phone.link} />}
      <p role="status">{words.phone[phone.is]}</p>
    </div>
  );
}
