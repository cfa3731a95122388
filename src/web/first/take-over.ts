// From the page that the server drew to the app: in one turn, in the same place, when the app has as much to show. Until
// then the served list can be read and scrolled, and its links work.

import { effect } from '@preact/signals';
import { type ComponentChild, render } from 'preact';
import type { App } from '../state/app.ts';
import type { EventReports } from '../state/event-reports.ts';

/** From when the first events are loaded, or at once where none were served, the rest is waited for no longer than this. */
const PATIENCE_MS = 6000;
const FOCUS_FRAMES_MAX = 10;

/** A press is from so long ago at most, ms, when it is carried out: later nobody waits for it, nor may a page copy. */
const PRESSED_MAX_MS = 4000;

/** The last button of the served page that was pressed, and when (performance.now()): it does nothing yet. */
let pressed: { readonly button: HTMLElement; readonly atMs: number } | null = null;

/**
 * Calls back once: when the first events are loaded, the gateway has told of its clock, and the reports of a linked event
 * are there; at once when the server drew nothing; early when there is trouble to tell of, or the rest is long in coming.
 * Notes meanwhile what is pressed.
 */
export function whenReadyToTakeOver(app: App, reports: EventReports, callback: () => void): void {
  let done = false;
  let stop = () => {};
  const once = () => {
    if (done) return;
    done = true;
    clearTimeout(timer);
    // Not within the effect itself: what is drawn would be taken for what it depends on.
    queueMicrotask(() => {
      stop();
      callback();
    });
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hurry = () => {
    timer ??= setTimeout(once, PATIENCE_MS);
  };
  const root = document.getElementById('app')!;
  const served = root.hasChildNodes();
  // Served rows are better than none: they stay until there are others, or the connection gives up (ANSWER_MAX_MS there).
  if (root.querySelector('.row-button') === null) hurry();
  if (served) root.addEventListener('click', notePressed);
  // Enter in a field would load the page anew, without what was typed.
  root.querySelector('.filters')?.addEventListener('submit', (event) => event.preventDefault());
  stop = effect(() => {
    const connection = app.connection.value;
    const loaded = connection !== null && connection.cursor !== null;
    // What the gateway says of its clock decides what is new: in a replay, of what day it is.
    const told = app.gateway.value !== null && reports.state.value.status !== 'loading';
    if (loaded) hurry();
    if (!served || (loaded && told) || connection?.downSinceMs != null) once();
  });
}

function notePressed(event: Event): void {
  const button = (event.target as Element).closest('button');
  if (button === null) return;
  // What the browser itself does already, an empty popover, comes with its content.
  event.preventDefault();
  pressed = { button, atMs: performance.now() };
}

/**
 * Draws `page` into the served one: its elements stay and become the app's, so that what is on the screen is not painted
 * anew. The reader's place in the list, the focus, and what was typed or chosen are kept, and a button that was pressed a
 * moment too early does what it is for.
 */
export function takeOver(page: ComponentChild): void {
  const root = document.getElementById('app')!;
  const scrollTop = root.querySelector('.list')?.scrollTop ?? 0;
  const focused = document.activeElement?.closest('#app a')?.getAttribute('href') ?? null;
  const choose = noteChosen(root);
  root.classList.remove('served');
  root.removeEventListener('click', notePressed);
  render(page, root);
  choose();
  const list = root.querySelector('.list');
  if (list !== null && scrollTop > 0) list.scrollTop = scrollTop;
  if (focused !== null) focusSoon(`#app a[href="${CSS.escape(focused)}"]`, FOCUS_FRAMES_MAX);
  if (pressed?.button.isConnected && performance.now() - pressed.atMs < PRESSED_MAX_MS)
    pressed.button.click();
  pressed = null;
}

/** What the reader typed and chose, which the drawing of the app undoes; gives what does it anew, as the hand did. */
function noteChosen(root: HTMLElement): () => void {
  const hands = [...root.querySelectorAll<HTMLInputElement>('.filters :is(input, select)')].map((field) => {
    const { value, checked, selectionEnd } = field;
    const ticked = checked !== field.defaultChecked;
    return () => {
      if (ticked && field.checked !== checked) field.click();
      if (field.value === value) return;
      field.value = value;
      // Null and undefined: not a field to write in.
      if (selectionEnd != null) field.setSelectionRange(selectionEnd, selectionEnd);
      for (const type of ['input', 'change']) field.dispatchEvent(new Event(type));
    };
  });
  return () => {
    for (const hand of hands) hand();
  };
}

/** A list builds the rows in view a frame or two after it was scrolled. */
function focusSoon(selector: string, framesLeft: number): void {
  const link = document.querySelector<HTMLElement>(selector);
  if (link !== null) link.focus({ preventScroll: true });
  else if (framesLeft > 0) requestAnimationFrame(() => focusSoon(selector, framesLeft - 1));
}

/** The map is there: its stand-in goes, and the map's canvas is shown (styles/first-paint.css). */
export function removeServedWorld(): void {
  document.getElementById('world')?.remove();
}
