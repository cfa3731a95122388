// One event in full once its code is there: most visits open none, and the list is usable sooner. Loaded when the page is
// calm, so that it is there when it is wanted; the page of an event waits for it (../main.tsx).

import type { EventDetailProps } from './event-detail.tsx';
import { createLater } from './later.ts';
import { SheetHead } from './sheet-head.tsx';

export const useEventDetail = createLater(() => import('./event-detail.tsx'));

export function EventDetailLater(props: EventDetailProps) {
  const { module: detail, failed } = useEventDetail();
  if (detail !== null) return <detail.EventDetail {...props} />;
  const { text } = props.app;
  return (
    <section class="sheet detail" aria-label={text.detail}>
      <SheetHead app={props.app} label={text.back} onClose={props.onClose} />
      <p class="notice">{failed ? text.trustFailed : `${text.loading}…`}</p>
    </section>
  );
}
