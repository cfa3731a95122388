// Why a filter leaves nothing, and the way back: each choice that leaves something out can be taken away where it is named.
// Loaded when a list is empty for the first time.

import type { App } from '../state/app.ts';
import { EVERYTHING, effectiveMagnitude, type Filter } from '../state/filter.ts';
import { findWithdrawn } from '../state/withdrawn.ts';
import { moreOf } from '../text/english-more.ts';
import '../styles/empty-list.css';

export function EmptyChoices({ app }: { app: App }) {
  const { text, formats } = app;
  const more = moreOf(app);
  app.catalogue.version.value;
  const { count } = app.catalogue.current;
  const missing = app.filter.value.kind === 'withdrawn' ? missWithdrawn(app) : null;
  return (
    <div class="empty" data-testid="empty">
      <p>{missing ?? text.emptyFiltered}</p>
      <ul class="empty-choices">
        {listChoices(app, missing !== null).map(({ name, without }) => (
          <li key={name}>
            <button
              type="button"
              class="choice"
              aria-label={more.emptyRemove(name)}
              onClick={() => {
                app.filter.value = { ...app.filter.value, ...without };
              }}
            >
              {name}
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d="M4.5 4.5l7 7m0-7l-7 7" />
              </svg>
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="quiet-button"
        data-testid="show-everything"
        onClick={() => {
          app.filter.value = EVERYTHING;
        }}
      >
        {more.showEverything(count, formats.integer(count))}
      </button>
    </div>
  );
}

/** Why no withdrawn event is shown, whatever else is chosen; null when one would be. */
function missWithdrawn(app: App): string | null {
  const more = moreOf(app);
  const progress = app.progress.value;
  const found = findWithdrawn(app.catalogue.current, app.bounds.value);
  if (found === 'shown') return null;
  // What is not loaded yet is older.
  const whole = progress === null || progress.loadedEvents >= progress.totalEvents;
  return found === 'none' && whole ? more.emptyWithdrawn : more.emptyWithdrawnLately;
}

/** What is chosen, in words, and what taking it away changes; `kindAlone` when nothing else has to do with it. */
function listChoices(app: App, kindAlone: boolean): { name: string; without: Partial<Filter> }[] {
  const { filter, age, text, formats } = app;
  const more = moreOf(app);
  const { depth, kind, inView } = filter.value;
  const magnitude = effectiveMagnitude(filter.value);
  const choices: { name: string; without: Partial<Filter> }[] = [];
  if (kindAlone) return [{ name: more.emptyKind(text.kinds[kind]), without: { kind: 'any' } }];
  if (magnitude !== null)
    choices.push({
      name: text.emptyMagnitude(formats.magnitude(magnitude)),
      without: { minMagnitude: 'all' },
    });
  if (age.value !== 'all')
    choices.push({ name: more.emptyWithin(text.ages[age.value]), without: { age: 'all' } });
  if (depth !== 'any') choices.push({ name: more.emptyDepth(text.depths[depth]), without: { depth: 'any' } });
  if (kind !== 'any') choices.push({ name: more.emptyKind(text.kinds[kind]), without: { kind: 'any' } });
  if (inView) choices.push({ name: more.emptyInView, without: { inView: false } });
  return choices;
}
