import { follow } from '../kit/controls/follow';
import { currentLink } from '../core/storage/address';
import { goByLink, only, useShown, type ViewName } from '../core/storage/shown';
import { viewsWithout } from './views';
import css from './App.module.css';
import { headerWords } from './words/header';
import { viewWords } from '../core/words/views';

/** Views that a telephone is good for stand in its header; the others are in the menu. */
const first: readonly ViewName[] = ['compare', 'try'];
export const onTop = (view: ViewName): boolean => first.includes(view);

/** The views of the page as links, which also open in a tab of their own. */
export function Nav({ menu = false, onGo }: { menu?: boolean; onGo?: () => void }) {
  const shown = useShown();
  return (
    <nav className={menu ? css.menuNav : css.nav} aria-label={menu ? headerWords.allViews : headerWords.views}>
      {viewsWithout(shown.hide).map((view) => (
        <a
          key={view}
          id={menu ? undefined : `view-${view}`}
          href={currentLink({ ...shown, ...only(view) })}
          className={onTop(view) ? undefined : css.later}
          aria-current={view === shown.view ? 'page' : undefined}
          onClick={follow(() => {
            goByLink(view);
            onGo?.();
          })}
        >
          {viewWords[view]}
        </a>
      ))}
    </nav>
  );
}
