// The line above what lies over the list: the way back, and what else belongs there. The way back is a link: it works
// without script too.

import type { ComponentChildren } from 'preact';
import type { App } from '../state/app.ts';

export interface SheetHeadProps {
  readonly app: App;
  readonly label: string;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}

/** Of a link to the list: a plain click closes what lies over it. */
export function closeInPlace(event: MouseEvent, onClose: () => void): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  onClose();
}

/**
 * For the heading of what has just been opened: the keyboard goes on there, unless its code took so long that the reader is
 * in a dialog or popover by then.
 */
export function takeFocus(heading: HTMLElement | null): void {
  if (!document.activeElement?.closest('dialog, [popover]')) heading?.focus({ preventScroll: true });
}

export function SheetHead({ app, label, onClose, children }: SheetHeadProps) {
  return (
    <div class="sheet-head">
      <a
        class="back"
        href="/"
        data-testid="close"
        title={app.text.close}
        onClick={(event) => closeInPlace(event, onClose)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M10 3.5L5.5 8l4.5 4.5" />
        </svg>
        {label}
      </a>
      <span class="sheet-tools">{children}</span>
    </div>
  );
}
