// What is shown: smallest magnitude and age, with the count of what is left.

import { type App, LIST_ROWS_MAX } from '../state/app.ts';
import { AGES } from '../state/filter.ts';

/** The slider's leftmost place means "all", also events without a magnitude. */
const MAGNITUDE_ALL = 0;
const MAGNITUDE_MAX = 8;
const MAGNITUDE_STEP = 0.5;

export function Filters({ app }: { app: App }) {
  const { text, formats } = app;
  const { minMagnitude } = app.filter.value;
  const value = minMagnitude === null ? text.magnitudeAll : formats.magnitude(minMagnitude);
  const setMagnitude = (event: { currentTarget: HTMLInputElement }) => {
    const chosen = event.currentTarget.valueAsNumber;
    app.filter.value = { ...app.filter.value, minMagnitude: chosen <= MAGNITUDE_ALL ? null : chosen };
  };
  return (
    <form class="filters" aria-label={text.filters} onSubmit={(event) => event.preventDefault()}>
      <label class="magnitude-filter">
        <span class="filter-name">{text.magnitudeFilter}</span>
        <input
          type="range"
          min={MAGNITUDE_ALL}
          max={MAGNITUDE_MAX}
          step={MAGNITUDE_STEP}
          value={minMagnitude ?? MAGNITUDE_ALL}
          aria-valuetext={minMagnitude === null ? text.magnitudeAll : text.magnitudeAtLeast(value)}
          onInput={setMagnitude}
          data-testid="filter-magnitude"
        />
        <output class="filter-value">{minMagnitude === null ? value : `≥ ${value}`}</output>
      </label>
      <fieldset class="ages">
        <legend class="visually-hidden">{text.ageFilter}</legend>
        {AGES.map((age) => (
          <label key={age} class="age">
            <input
              type="radio"
              name="age"
              value={age}
              checked={app.age.value === age}
              onChange={() => {
                app.filter.value = { ...app.filter.value, age };
              }}
              data-testid={`filter-age-${age}`}
            />
            <span>{text.ages[age]}</span>
          </label>
        ))}
      </fieldset>
      <Count app={app} />
    </form>
  );
}

function Count({ app }: { app: App }) {
  const { text, formats } = app;
  const { total } = app.listed.value;
  const { count } = app.catalogue.current;
  const progress = app.progress.value;
  const number = formats.integer(total);
  return (
    <p class="count" data-testid="count" data-count={total}>
      {total === count ? text.countShown(total, number) : text.countOf(number, formats.integer(count))}
      {total > LIST_ROWS_MAX ? ` · ${text.listedNewest(formats.integer(LIST_ROWS_MAX))}` : ''}
      {progress !== null && progress.loadedEvents < progress.totalEvents
        ? ` · ${text.loadingOlder(formats.integer(progress.loadedEvents), formats.integer(progress.totalEvents))}`
        : ''}
    </p>
  );
}
