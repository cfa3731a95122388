// The surroundings of an event once their code is there: until then the same headings with what is being done.

import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import type { App } from '../state/app.ts';
import { createLater } from './later.ts';

const useSurroundings = createLater(() => import('./surroundings.tsx'));

interface Props {
  readonly app: App;
  readonly entry: CatalogueEntry;
}

export function NearCitiesLater(props: Props) {
  const surroundings = useSurroundings().module;
  if (surroundings !== null) return <surroundings.NearCities {...props} />;
  const { text } = props.app;
  return (
    <section class="cities">
      <h3>{text.places}</h3>
      <p class="hint">{text.placesLoading}</p>
    </section>
  );
}

export function TimeThereLater(props: Props) {
  const surroundings = useSurroundings().module;
  return surroundings === null ? <>…</> : <surroundings.TimeThere {...props} />;
}
