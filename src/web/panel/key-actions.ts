// What single letters do. Loaded with the first one pressed: ./keys.tsx listens.

import type { App } from '../state/app.ts';

const ACTIONS: Readonly<Record<string, (app: App) => void>> = {
  j: (app) => step(app, 1),
  k: (app) => step(app, -1),
  '/': (app) => {
    uncover(app);
    focus('[data-testid="filter-magnitude"]');
  },
  l: (app) => {
    uncover(app);
    focus('.row-button[tabindex="0"]');
  },
  m: () => focus('.map canvas'),
  s: (app) => {
    app.selection.value = null;
    app.sheet.value = 'trust';
  },
};

/** Does what a key means; nothing for another one. */
export function act(app: App, key: string): void {
  ACTIONS[key.toLowerCase()]?.(app);
}

function uncover(app: App): void {
  app.selection.value = null;
  app.sheet.value = null;
}

/** After the page has been drawn anew: what was covered could not take the focus. */
function focus(selector: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
}

/** From the event that is open to its neighbour in the list. */
function step(app: App, by: number): void {
  const id = app.selection.peek()?.id;
  if (id === undefined) return;
  const { current } = app.catalogue;
  const { rows } = app.listed.peek();
  const index = rows.indexOf(current.rowOf(id));
  const row = index === -1 ? undefined : rows[index + by];
  if (row !== undefined) app.selection.value = { id: current.idAt(row), from: 'list' };
}
