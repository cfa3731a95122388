// What the keys do: the table of them in a dialog, and the listening. Single letters can be switched off in the settings:
// who speaks to the computer would otherwise set them off with words (WCAG 2.1.4).

import { useEffect, useRef, useState } from 'preact/hooks';
import type { App } from '../state/app.ts';
import { Tool } from './tools-later.tsx';

export function KeysDialog({ app }: { app: App }) {
  const { text } = app;
  const dialog = useRef<HTMLDialogElement>(null);
  const [opened, setOpened] = useState(false);
  const open = () => {
    setOpened(true);
    dialog.current?.showModal();
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape') return close(app, event);
      if (isTyping(event.target) || app.settings.keys.peek() === 'off' || dialog.current?.open) return;
      if (event.key === '?') open();
      else if (!act(app, event.key)) return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
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

/** True when the key means something. */
function act(app: App, key: string): boolean {
  switch (key.toLowerCase()) {
    case 'j':
      return step(app, 1);
    case 'k':
      return step(app, -1);
    case '/':
      uncover(app);
      return focus('[data-testid="filter-magnitude"]');
    case 'l':
      uncover(app);
      return focus('.row-button[tabindex="0"]');
    case 'm':
      return focus('.map canvas');
    case 's':
      app.selection.value = null;
      app.sheet.value = 'trust';
      return true;
    default:
      return false;
  }
}

function uncover(app: App): void {
  app.selection.value = null;
  app.sheet.value = null;
}

/** After the page has been drawn anew: what was covered could not take the focus. */
function focus(selector: string): boolean {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
  return true;
}

/** From the event that is open to its neighbour in the list. */
function step(app: App, by: number): boolean {
  const id = app.selection.peek()?.id;
  if (id === undefined) return false;
  const { current } = app.catalogue;
  const { rows } = app.listed.peek();
  const index = rows.indexOf(current.rowOf(id));
  const row = index === -1 ? undefined : rows[index + by];
  if (row !== undefined) app.selection.value = { id: current.idAt(row), from: 'list' };
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['range', 'radio', 'checkbox'].includes(target.type);
  return (
    target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement || target.isContentEditable
  );
}
