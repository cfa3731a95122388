// Where an earthquake was, for people: the larger cities near by, and what the clocks said there. Both need tables that
// are loaded, and this with them (./surroundings-later.tsx), when the first event is opened, not before.

import { useEffect, useMemo } from 'preact/hooks';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import type { App } from '../state/app.ts';
import { moreOf } from '../text/english-more.ts';
import { useGazetteer } from './gazetteer.ts';
import { createLater } from './later.ts';
import { findNearCities, toCompassPoint } from './nearby.ts';

/** Nearly all of the open sea has no time of its own: ships keep zones of 15 degrees, which carry these names. */
const SEA_ZONE = /^Etc\//;

const useZones = createLater(async () => (await import('@photostructure/tz-lookup')).default);

/** The larger cities near by, each with distance and direction. */
export function NearCities({ app, entry }: { app: App; entry: CatalogueEntry }) {
  const { text, formats } = app;
  const more = moreOf(app);
  const { module: known, failed } = useGazetteer();
  const { latitudeDeg, longitudeDeg } = entry;
  const cities = useMemo(
    () => (known === null ? [] : findNearCities(known, { latitudeDeg, longitudeDeg })),
    [known, latitudeDeg, longitudeDeg],
  );
  const magnitude = entry.magnitude?.value ?? null;
  useEffect(() => {
    const from = { latitudeDeg, longitudeDeg, magnitude };
    app.named.value = cities.map((city) => ({ ...city, distance: formats.distance(city.distanceKm), from }));
    return () => {
      app.named.value = [];
    };
  }, [known, latitudeDeg, longitudeDeg, magnitude, formats]);
  return (
    <section class="cities" data-testid="cities">
      <h3>{more.places}</h3>
      {known === null ? (
        <p class="hint">{failed ? more.notAvailable : text.placesLoading}</p>
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
  const { module: find, failed } = useZones();
  const { latitudeDeg, longitudeDeg, originTimeMs } = entry;
  // Each format of another zone is a millisecond or more of work.
  const there = useMemo(() => {
    if (find === null) return null;
    const zone = find(latitudeDeg, longitudeDeg);
    const time = formats.dateTimeIn(originTimeMs, zone);
    const name = formats.zoneName(originTimeMs, zone);
    return SEA_ZONE.test(zone) ? more.timeAtSea(time, name) : more.timeThereIn(time, name);
  }, [find, latitudeDeg, longitudeDeg, originTimeMs, formats, more]);
  return <>{there ?? (failed ? more.notAvailable : '…')}</>;
}
