// What the field for places finds. Choosing one moves the map there and shows what is in view: names of regions say little of
// what is near a place, and the deep earthquakes off Tonga lie in regions named after Fiji.

import { useEffect, useMemo } from 'preact/hooks';
import labelsUrl from '../../../assets/labels.json?url';
import { toSentenceCase } from '../../event/region-name.ts';
import { extentAround, extentOf } from '../map/extent.ts';
import type { LabelTable } from '../map/labels.ts';
import type { App } from '../state/app.ts';
import { listVisibleRows } from '../state/visible-rows.ts';
import { moreOf } from '../text/english-more.ts';
import { type FoundPlace, findPlaces, type PlaceTables } from './find-places.ts';
import { loadJson, useGazetteer } from './gazetteer.ts';
import { createLater } from './later.ts';
import type { ResultsProps } from './place-search.tsx';
import '../styles/place-results.css';

const useLabels = createLater(() => loadJson<LabelTable>(labelsUrl));

export function PlaceResults({ app, typed, entered, onDone }: ResultsProps) {
  const { text, formats } = app;
  const more = moreOf(app);
  const cities = useGazetteer();
  const labels = useLabels();
  // A pass over all that is there: not with each letter typed.
  const bounds = app.bounds.value;
  const version = app.catalogue.version.value;
  const regions = useMemo(() => listRegions(app), [app, bounds, version]);
  const gazetteer = cities.module;
  const countries = labels.module?.countries;
  const found =
    gazetteer === null || countries === undefined
      ? null
      : findPlaces(typed, { gazetteer, countries, regions, nameCountry: formats.country });
  const go = ({ name, kind, region, place, radiusKm }: FoundPlace) => {
    const { columns } = app.catalogue.current;
    const extent =
      place === null ? extentOf(columns, listRowsIn(app, region!)) : extentAround(place, radiusKm);
    const filter = app.filter.peek();
    if (extent !== null) {
      const wasInView = app.goTo.peek()?.wasInView ?? filter.inView;
      app.goTo.value = { extent, name, kind, pin: place && { ...place, name }, wasInView };
    }
    app.filter.value = { ...filter, inView: true };
    onDone();
  };
  useEffect(() => {
    if (!entered.current || found === null) return;
    entered.current = false;
    if (found.length > 0) go(found[0]!);
  });
  if (found === null)
    return <p class="hint">{cities.failed || labels.failed ? text.placesFailed : text.placesLoading}</p>;
  return (
    <>
      <p class="hint" role="status">
        {text.placesFound(found.length, formats.integer(found.length))}
      </p>
      <ul class="place-results" data-testid="place-results">
        {found.map((one) => (
          <li key={toKey(one)}>
            <button type="button" class="place-result" onClick={() => go(one)}>
              <span>
                {one.name}
                <span class="hint"> · {one.kind === 'city' ? one.within : more.placeKinds[one.kind]}</span>
                {one.population === 0 ? null : (
                  <span class="hint"> · {more.population(formats.rounded(one.population))}</span>
                )}
              </span>
              {one.events === null ? null : (
                <span class="choice-count">{text.countShown(one.events, formats.integer(one.events))}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** No two lie at the same spot, though they may have the same name. */
function toKey({ region, place }: FoundPlace): string {
  return place === null ? `region ${region}` : `${place.latitudeDeg} ${place.longitudeDeg}`;
}

/** Regions with events that the filter shows, wherever on the map. */
function listRegions(app: App): PlaceTables['regions'] {
  const { current } = app.catalogue;
  const counts = new Map<number, number>();
  for (const row of listVisibleRows(current, app.bounds.value, current.count).rows) {
    const region = current.columns.region[row]!;
    counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  return [...counts].flatMap(([region, events]) => {
    const name = current.dictionaries.region.textAt(region);
    return name === null ? [] : [{ region, name: toSentenceCase(name), events }];
  });
}

function listRowsIn(app: App, region: number): Uint32Array {
  const { current } = app.catalogue;
  const { rows } = listVisibleRows(current, app.bounds.peek(), current.count);
  return rows.filter((row) => current.columns.region[row] === region);
}
