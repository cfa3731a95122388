// The surroundings of an event once their code is there: until then the same headings with what is being done, or that it
// is not available now: it is tried again.

import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import type { App } from '../state/app.ts';
import { moreOf } from '../text/english-more.ts';
import { createLater } from './later.ts';

const useSurroundings = createLater(() => import('./surroundings.tsx'));

interface Props {
  readonly app: App;
  readonly entry: CatalogueEntry;
}

export function NearCitiesLater(props: Props) {
  const { module: surroundings, failed } = useSurroundings();
  if (surroundings !== null) return <surroundings.NearCities {...props} />;
  const { text } = props.app;
  return (
    <section class="cities">
      <h3>{moreOf(props.app).places}</h3>
      <p class="hint">{failed ? moreOf(props.app).notAvailable : text.placesLoading}</p>
    </section>
  );
}

export function TimeThereLater(props: Props) {
  const { module: surroundings, failed } = useSurroundings();
  if (surroundings !== null) return <surroundings.TimeThere {...props} />;
  return <>{failed ? moreOf(props.app).notAvailable : '…'}</>;
}
