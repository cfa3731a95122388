// From the page that the server drew to the app: in one turn, in the same place, when the app has as much to show. Until
// then the served list can be read and scrolled, and its links work.

import { effect } from '@preact/signals';
import { type ComponentChild, render } from 'preact';
import type { App } from '../state/app.ts';
import type { EventReports } from '../state/event-reports.ts';

/** A reader who waits longer than this is to see what is the matter. */
const PATIENCE_MS = 6000;
const FOCUS_FRAMES_MAX = 10;

/** A press is from so long ago at most, ms, when it is carried out: later nobody waits for it, nor may a page copy. */
const PRESSED_MAX_MS = 4000;

/** The last button of the served page that was pressed, and when (performance.now()): it does nothing yet. */
let pressed: { readonly button: HTMLElement; readonly atMs: number } | null = null;

/**
 * Calls back once: when the first events are loaded, the gateway has told of its clock, and the reports of a linked event
 * are there; at once when the server drew nothing; early when there is trouble to tell of. Notes meanwhile what is pressed.
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
  const timer = setTimeout(once, PATIENCE_MS);
  const root = document.getElementById('app')!;
  const served = root.hasChildNodes();
  if (served) root.addEventListener('click', notePressed);
  stop = effect(() => {
    app.catalogue.version.value;
    const connection = app.connection.value;
    const { status } = reports.state.value;
    // What the gateway says of its clock decides what is new: in a replay, of what day it is.
    const told = app.gateway.value !== null;
    const loaded = told && connection !== null && connection.cursor !== null && status !== 'loading';
    // The catalogue tells of itself once a frame; its rows are there when its first version is.
    const shown = loaded && app.catalogue.version.value > 0;
    if (!served || shown || connection?.downSinceMs != null) once();
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
 * anew. The reader's place in the list and the focus are kept, and a button that was pressed a moment too early does what it is for.
 */
export function takeOver(page: ComponentChild): void {
  const root = document.getElementById('app')!;
  const scrollTop = root.querySelector('.list')?.scrollTop ?? 0;
  const focused = document.activeElement?.closest('#app a')?.getAttribute('href') ?? null;
  root.classList.remove('served');
  root.removeEventListener('click', notePressed);
  render(page, root);
  const list = root.querySelector('.list');
  if (list !== null && scrollTop > 0) list.scrollTop = scrollTop;
  if (focused !== null) focusSoon(`#app a[href="${CSS.escape(focused)}"]`, FOCUS_FRAMES_MAX);
  if (pressed?.button.isConnected && performance.now() - pressed.atMs < PRESSED_MAX_MS)
    pressed.button.click();
  pressed = null;
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
