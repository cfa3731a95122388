// What is shown: smallest magnitude over a small drawing of how many there are, age, and behind a button depth, type and
// the map's view; beside each choice how many events it would show. Then the count of what is left, and the order.

import { useId, useState } from 'preact/hooks';
import { type App, LIST_ROWS_MAX } from '../state/app.ts';
import {
  AGES,
  DEPTHS,
  EVERYTHING,
  effectiveMagnitude,
  FIRST_VIEW,
  isEverything,
  isFirstView,
  KINDS,
} from '../state/filter.ts';
import { storedSinceMs } from '../state/stored-since.ts';
import { Histogram } from './histogram.tsx';
import { OrderChoice } from './order-choice.tsx';
import { ChosenPlace, PlaceSearch } from './place-search.tsx';

/** The slider's leftmost place means "all", also events without a magnitude. */
const MAGNITUDE_ALL = 0;
const MAGNITUDE_MAX = 8;
const MAGNITUDE_STEP = 0.5;

export function Filters({ app }: { app: App }) {
  const { text, formats, filter } = app;
  const { depth, kind, inView } = filter.value;
  const chosen = [depth !== 'any', kind !== 'any', inView].filter(Boolean).length;
  const [open, setOpen] = useState(chosen > 0);
  const more = useId();
  return (
    <form
      class="filters"
      aria-label={text.filters}
      data-testid="filters"
      onSubmit={(event) => event.preventDefault()}
    >
      <PlaceSearch app={app} />
      <ChosenPlace app={app} />
      <MagnitudeFilter app={app} />
      <Choice
        app={app}
        name="age"
        legend={text.ageFilter}
        choices={AGES}
        words={text.ages}
        counts={app.facets.value.ages}
        value={app.age.value}
        onChoose={(age) => {
          filter.value = { ...filter.value, age };
        }}
      />
      <div class="filters-line">
        <button
          type="button"
          class="disclosure"
          aria-expanded={open}
          aria-controls={more}
          data-testid="more-filters"
          onClick={() => setOpen(!open)}
        >
          {chosen === 0 ? text.moreFilters : text.moreFiltersChosen(formats.integer(chosen))}
          <svg class={open ? 'is-open' : ''} viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 6l4 4 4-4" />
          </svg>
        </button>
        <OrderChoice app={app} />
      </div>
      <div class="more-filters" id={more} hidden={!open}>
        {open ? <MoreFilters app={app} /> : null}
      </div>
      <Count app={app} />
    </form>
  );
}

function MagnitudeFilter({ app }: { app: App }) {
  const { text, formats, filter } = app;
  const magnitude = effectiveMagnitude(filter.value);
  const value = magnitude === null ? text.magnitudeAll : formats.magnitude(magnitude);
  return (
    <label class="magnitude-filter">
      <span class="filter-name">{text.magnitudeFilter}</span>
      <span class="slider">
        <Histogram counts={app.facets.value.magnitudes} from={magnitude ?? MAGNITUDE_ALL} />
        <input
          type="range"
          min={MAGNITUDE_ALL}
          max={MAGNITUDE_MAX}
          step={MAGNITUDE_STEP}
          value={magnitude ?? MAGNITUDE_ALL}
          style={{ '--from': String((magnitude ?? MAGNITUDE_ALL) / MAGNITUDE_MAX) }}
          aria-valuetext={magnitude === null ? text.magnitudeAll : text.magnitudeAtLeast(value)}
          onInput={(event) => {
            const least = event.currentTarget.valueAsNumber;
            app.holdList();
            filter.value = { ...filter.value, minMagnitude: least <= MAGNITUDE_ALL ? 'all' : least };
          }}
          onChange={() => app.releaseList()}
          data-testid="filter-magnitude"
        />
      </span>
      <output class="filter-value">{magnitude === null ? value : `≥ ${value}`}</output>
    </label>
  );
}

function MoreFilters({ app }: { app: App }) {
  const { text, formats, filter } = app;
  const { depths, kinds } = app.facets.value;
  const inView = app.inViewCount.value;
  const [shallow, deep] = [formats.distance(70), formats.distance(300)];
  const ranges = {
    any: '',
    shallow: text.depthRange.shallow(shallow),
    intermediate: text.depthRange.intermediate(shallow, deep),
    deep: text.depthRange.deep(deep),
  };
  return (
    <>
      <Choice
        app={app}
        name="depth"
        legend={text.depthFilter}
        note={text.depthBands(shallow, deep)}
        shown
        choices={DEPTHS}
        words={text.depths}
        titles={ranges}
        counts={depths}
        value={filter.value.depth}
        onChoose={(depth) => {
          filter.value = { ...filter.value, depth };
        }}
      />
      <Choice
        app={app}
        name="kind"
        legend={text.kindFilter}
        shown
        choices={KINDS}
        words={text.kinds}
        counts={kinds}
        value={filter.value.kind}
        onChoose={(kind) => {
          filter.value = { ...filter.value, kind };
        }}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={filter.value.inView}
          data-testid="filter-inview"
          onChange={(event) => {
            filter.value = { ...filter.value, inView: event.currentTarget.checked };
          }}
        />
        <span>{text.inViewFilter}</span>
        <span class="choice-count">{inView === null ? '' : formats.integer(inView)}</span>
      </label>
    </>
  );
}

interface ChoiceProps<T extends string> {
  readonly app: App;
  readonly name: string;
  readonly legend: string;
  /** Whether the legend is seen, or told to screen readers alone. */
  readonly shown?: boolean;
  /** What the choices mean, beside the legend. */
  readonly note?: string;
  readonly choices: readonly T[];
  readonly words: Readonly<Record<T, string>>;
  readonly titles?: Readonly<Record<T, string>>;
  readonly counts: Readonly<Record<T, number>>;
  readonly value: T;
  readonly onChoose: (choice: T) => void;
}

/** One of a few, with how many events each would show. */
function Choice<T extends string>(props: ChoiceProps<T>) {
  const { app, name, legend, shown = false, note, choices, words, titles, counts, value, onChoose } = props;
  return (
    <fieldset class="choices">
      <legend class={shown ? 'filter-name' : 'visually-hidden'}>
        {legend}
        {note === undefined ? null : <span class="filter-note">{note}</span>}
      </legend>
      <div class="segments">
        {choices.map((choice) => (
          <label key={choice} class="segment" title={titles?.[choice] || undefined}>
            <input
              type="radio"
              name={name}
              value={choice}
              checked={value === choice}
              onChange={() => onChoose(choice)}
              data-testid={`filter-${name}-${choice}`}
            />
            <span>
              {words[choice]}
              <span class="choice-count">{app.formats.integer(counts[choice])}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Count({ app }: { app: App }) {
  const { text, formats, filter } = app;
  const { total } = app.facets.value;
  const { count } = app.catalogue.current;
  const progress = app.progress.value;
  const number = formats.integer(total);
  const everything = isEverything(filter.value, app.age.value);
  const loading = progress !== null && progress.loadedEvents < progress.totalEvents;
  const sinceMs = loading ? null : storedSinceMs(app.catalogue.current, app.age.value, app.present.nowMs());
  return (
    <p class="count" data-testid="count" data-count={total}>
      {total === count ? text.countShown(total, number) : text.countOf(number, formats.integer(count))}
      {total > LIST_ROWS_MAX ? ` · ${text.listedNewest(formats.integer(LIST_ROWS_MAX))}` : ''}
      {sinceMs === null ? '' : ` ${text.storedSince(formats.date(sinceMs))}`}
      {loading
        ? ` · ${text.loadingOlder(formats.integer(progress.loadedEvents), formats.integer(progress.totalEvents))}`
        : ''}{' '}
      {everything ? null : (
        <WayBack label={text.everything} testid="everything" onClick={() => setFilter(app, EVERYTHING)} />
      )}
      {everything || !isFirstView(filter.value) ? (
        <WayBack label={text.usualView} testid="usual-view" onClick={() => setFilter(app, FIRST_VIEW)} />
      ) : null}
    </p>
  );
}

function setFilter(app: App, filter: typeof FIRST_VIEW): void {
  app.filter.value = filter;
}

function WayBack(props: { label: string; testid: string; onClick: () => void }) {
  return (
    <button type="button" class="text-button" data-testid={props.testid} onClick={props.onClick}>
      {props.label}
    </button>
  );
}
