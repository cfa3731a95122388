// What the keys do: the table of them in a dialog, and the listening. Single letters can be switched off in the settings:
// who speaks to the computer would otherwise set them off with words (WCAG 2.1.4).

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { App } from '../state/app.ts';
import { Tool } from './tools-later.tsx';

/** Single letters that do something: what, is loaded with the first one pressed. */
const MEANT: ReadonlySet<string> = new Set(['j', 'k', '/', 'l', 'm', 's']);

export function KeysDialog({ app }: { app: App }) {
  const { text } = app;
  const dialog = useRef<HTMLDialogElement>(null);
  const [opened, setOpened] = useState(false);
  const open = () => {
    setOpened(true);
    dialog.current?.showModal();
  };
  // With the page's first drawing: an effect comes a frame later, and a key in between would be lost.
  useLayoutEffect(() => {
    /** How often the reader has done something else: what a key means is too late then, where its code came slowly. */
    let turns = 0;
    const turn = () => {
      turns++;
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const before = turns++;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape') return close(app, event);
      if (isTyping(event.target) || app.settings.keys.peek() === 'off' || dialog.current?.open) return;
      if (event.key === '?') open();
      else if (MEANT.has(event.key.toLowerCase())) {
        turns = before;
        void import('./key-actions.ts')
          .then(({ act }) => {
            if (turns === before) act(app, event.key);
          })
          .catch(() => {});
      } else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    addEventListener('pointerdown', turn);
    return () => {
      removeEventListener('keydown', onKeyDown);
      removeEventListener('pointerdown', turn);
    };
  }, []);
  return (
    <>
      <button
        type="button"
        class="icon-button keys-button"
        aria-label={text.keysOpen}
        title={text.keysOpen}
        data-testid="keys-open"
        onClick={open}
      >
        <span aria-hidden="true">?</span>
      </button>
      <dialog class="keys" ref={dialog} aria-label={text.keys} data-testid="keys">
        {opened ? <Tool app={app} show="KeysTable" /> : null}
      </dialog>
    </>
  );
}

/** Closes what lies uppermost; a dialog or popover closes itself. */
function close(app: App, event: KeyboardEvent): void {
  if (document.querySelector('dialog[open], [popover]:popover-open') !== null) return;
  if (app.selection.peek() !== null) app.selection.value = null;
  else if (app.sheet.peek() !== null) app.sheet.value = null;
  else return;
  event.preventDefault();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['range', 'radio', 'checkbox'].includes(target.type);
  return (
    target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement || target.isContentEditable
  );
}
