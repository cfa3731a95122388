// Where an earthquake was, for people: the larger cities near by, and what the clocks said there. Both need tables that
// are loaded, and this with them (./surroundings-later.tsx), when the first event is opened, not before.

import { useEffect, useState } from 'preact/hooks';
import citiesUrl from '../../../assets/cities.json?url';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import type { App } from '../state/app.ts';
import { moreOf } from '../text/english-more.ts';
import { findNearCities, type Gazetteer, toCompassPoint } from './nearby.ts';

let gazetteer: Promise<Gazetteer> | null = null;
let zoneAt: Promise<(latitudeDeg: number, longitudeDeg: number) => string> | null = null;

/** Nearly all of the open sea has no time of its own: ships keep zones of 15 degrees, which carry these names. */
const SEA_ZONE = /^Etc\//;

/** What could not be loaded is tried again after so long, while it is looked at. */
const RETRY_MS = 10_000;

/** The value of a promise, undefined until it is there, null when it failed. */
function useLoaded<T>(load: () => Promise<T>): T | undefined | null {
  const [value, setValue] = useState<{ readonly loaded: T | null }>();
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const attempt = () => {
      load().then(
        (loaded) => wanted && setValue({ loaded }),
        () => {
          if (!wanted) return;
          setValue({ loaded: null });
          timer = setTimeout(attempt, RETRY_MS);
        },
      );
    };
    attempt();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, []);
  return value === undefined ? undefined : value.loaded;
}

/** A failure is forgotten: the next attempt asks anew. */
function loadGazetteer(): Promise<Gazetteer> {
  gazetteer ??= fetch(citiesUrl).then((response) => {
    if (!response.ok) throw new TypeError(`The gazetteer answered ${response.status}`);
    return response.json() as Promise<Gazetteer>;
  });
  gazetteer.catch(() => {
    gazetteer = null;
  });
  return gazetteer;
}

function loadZones() {
  zoneAt ??= import('@photostructure/tz-lookup').then((module) => module.default);
  zoneAt.catch(() => {
    zoneAt = null;
  });
  return zoneAt;
}

/** The larger cities near by, each with distance and direction. */
export function NearCities({ app, entry }: { app: App; entry: CatalogueEntry }) {
  const { text, formats } = app;
  const more = moreOf(app);
  const known = useLoaded(loadGazetteer);
  const cities = known == null ? [] : findNearCities(known, entry);
  const { latitudeDeg, longitudeDeg } = entry;
  useEffect(() => {
    const from = { latitudeDeg, longitudeDeg };
    app.named.value = cities.map((city) => ({ ...city, distance: formats.distance(city.distanceKm), from }));
    return () => {
      app.named.value = [];
    };
  }, [known, latitudeDeg, longitudeDeg, formats]);
  return (
    <section class="cities" data-testid="cities">
      <h3>{more.places}</h3>
      {known == null ? (
        <p class="hint">{known === undefined ? text.placesLoading : more.notAvailable}</p>
      ) : (
        <ul>
          {cities.map(({ name, country, population, distanceKm, bearingDeg, latitudeDeg, longitudeDeg }) => (
            <li key={`${latitudeDeg} ${longitudeDeg}`}>
              {more.placeFrom(formats.distance(distanceKm), more.compass[toCompassPoint(bearingDeg)]!, name)}{' '}
              <span class="hint">
                {[
                  formats.country(country),
                  population === 0 ? null : more.population(formats.rounded(population)),
                ]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What the clocks there said; an ellipsis while the table of zones is loading. */
export function TimeThere({ app, entry }: { app: App; entry: CatalogueEntry }) {
  const { formats } = app;
  const more = moreOf(app);
  const find = useLoaded(loadZones);
  if (find === undefined) return <>…</>;
  if (find === null) return <>{more.notAvailable}</>;
  const zone = find(entry.latitudeDeg, entry.longitudeDeg);
  const time = formats.dateTimeIn(entry.originTimeMs, zone);
  const name = formats.zoneName(entry.originTimeMs, zone);
  return <>{SEA_ZONE.test(zone) ? more.timeAtSea(time, name) : more.timeThereIn(time, name)}</>;
}
