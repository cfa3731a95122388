// The place that was searched for, named beside the search until it is taken away or the map has gone elsewhere.

import type { App } from '../state/app.ts';
import { moreOf } from '../text/english-more.ts';
import '../styles/place-chip.css';

export function PlaceChip({ app, name }: { app: App; name: string }) {
  const more = moreOf(app);
  const label = more.nearPlace(name);
  const leave = () => {
    const wasInView = app.goTo.peek()?.wasInView ?? false;
    // In this order: the map tells from it that the place is taken back.
    app.goTo.value = null;
    app.filter.value = { ...app.filter.peek(), inView: wasInView };
    // The button goes; the keyboard stays where the place was looked for, unless that is out of sight.
    document.querySelector<HTMLElement>('.place-field')?.focus({ preventScroll: true });
  };
  return (
    <p class="place-chip" data-testid="place-chip">
      {label}
      <button
        type="button"
        class="icon-button"
        aria-label={more.emptyRemove(label)}
        title={more.emptyRemove(label)}
        data-testid="place-leave"
        onClick={leave}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M4 4l8 8M12 4l-8 8" />
        </svg>
      </button>
    </p>
  );
}
