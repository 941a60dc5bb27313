import type { MouseEvent } from 'react';
import { currentLink } from './store/address';
import { go, useShown, type ViewName } from './store/shown';
import { t } from './strings';
import { viewsWithout } from './views';
import css from './App.module.css';

/** Id of the link to a view. */
export const linkTo = (view: ViewName): string => `view-${view}`;

/** Views that a telephone is good for stand in its header; the others are in the menu. */
const first: readonly ViewName[] = ['compare', 'try'];

/** The views of the page as links, which also open in a tab of their own. */
export function Nav({ menu = false, onGo }: { menu?: boolean; onGo?: () => void }) {
  const shown = useShown();
  const follow = (view: ViewName) => (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(view);
    onGo?.();
  };
  return (
    <nav className={menu ? css.menuNav : css.nav} aria-label={menu ? t.header.allViews : t.header.views}>
      {viewsWithout(shown.hide).map((view) => (
        <a
          key={view}
          id={menu ? undefined : linkTo(view)}
          href={currentLink({ ...shown, view, present: false, lesson: '', part: 0 })}
          className={first.includes(view) ? undefined : css.later}
          aria-current={view === shown.view ? 'page' : undefined}
          onClick={follow(view)}
        >
          {t.views[view]}
        </a>
      ))}
    </nav>
  );
}
