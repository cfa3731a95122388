// The surroundings of an event once their code is there: until then the same headings with what is being done.

import { useEffect, useState } from 'preact/hooks';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import type { App } from '../state/app.ts';

type Surroundings = typeof import('./surroundings.tsx');
let loaded: Surroundings | null = null;

function useSurroundings(): Surroundings | null {
  const [module, setModule] = useState(loaded);
  useEffect(() => {
    if (module !== null) return;
    import('./surroundings.tsx').then(
      (found) => {
        loaded = found;
        setModule(found);
      },
      () => {}, // what is said meanwhile goes on being said; the next event opened tries again
    );
  }, []);
  return module;
}

interface Props {
  readonly app: App;
  readonly entry: CatalogueEntry;
}

export function NearCitiesLater(props: Props) {
  const surroundings = useSurroundings();
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
  const surroundings = useSurroundings();
  return surroundings === null ? <>…</> : <surroundings.TimeThere {...props} />;
}
